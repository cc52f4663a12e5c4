// Names that pages use whatever siteinfo says: canonical English ones, and aliases that siteinfo leaves out.

let fileNames =
    "File,Image,Media,Datei,Bild,Fichier,Archivo,Imagen,Immagine,Ficheiro,Arquivo,Imagem,Bestand,Afbeelding,Plik,Grafika,Soubor,Fil,Tiedosto,Kuva,"
    + "Fájl,Kép,Fișier,Imagine,Datoteka,Slika,Датотека,Слика,Файл,Изображение,Зображення,Картинка,Выява,Αρχείο,Εικόνα,Dosya,Resim,Պատկեր,Ֆայլ,"
    + "ファイル,画像,파일,그림,文件,檔案,档案,图像,圖像,ملف,صورة,پرونده,تصویر,चित्र,फ़ाइल,चित्र,চিত্র,ছবি,படிமம்,ไฟล์,ภาพ,Tập tin,Hình,Berkas,Gambar,Fitxer,Imatge,Fitxategi,Irudi,"
    + "Failas,Vaizdas,Fails,Attēls,Fail,Pilt,Súbor,Obrázok,Mynd,Skrá,קובץ,תמונה,Faîla,Сурет,Şəkil,Fayl,სურათი,ფაილი,Skeda,Lêer,Bestân,Íomhá,Delwedd,Dosiero,"
    + "Fasciculus,Imago,Fichièr,Fichero,Imaxe,Restr,Fiƭa,Figura,Billede,Fails"
let categoryNames =
    "Category,Kategorie,Catégorie,Categoría,Categoria,Categorie,Kategoria,Kategori,Luokka,Kategória,Kategorija,Категорија,Категория,Категорія,Катэгорыя,"
    + "Κατηγορία,Կատեգորիա,カテゴリ,Category,분류,分类,分類,تصنيف,رده,श्रेणी,বিষয়শ্রেণী,বিষয়শ্রেণী,বিষয়শ্রেণি,বিষয়শ্রেণি,பகுப்பு,หมวดหมู่,Thể loại,Kategoriya,Kategooria,Kategorio,Catigoría,Flokkur,"
    + "קטגוריה,Санат,Kateqoriya,კატეგორია,Kategorie,Catagóir,Categori,Vicipaedia,Categoría,Rummad,Categorîa,वर्ग,ਸ਼੍ਰੇਣੀ,വർഗ്ഗം,వర్గం,ವರ್ಗ"
let templateNames =
    "Template,Vorlage,Modèle,Plantilla,Modello,Predefinição,Sjabloon,Szablon,Šablona,Mall,Skabelon,Mal,Malline,Sablon,Format,Šablon,Шаблон,Пρότυπο,Πρότυπο,"
    + "Şablon,Կաղապար,テンプレート,틀,模板,قالب,الگو,साँचा,টেমপ্লেট,வார்ப்புரு,แม่แบบ,Bản mẫu,Templat"

let projectPrefixes =
    "w wikipedia wikt wiktionary n wikinews b wikibooks q wikiquote s wikisource v wikiversity voy wikivoyage species wikispecies d wikidata c commons "
    + "m meta metawikipedia mw mediawikiwiki phab doi incubator outreach foundation wmf toollabs toolforge"

/// Codes of Wikipedias; a link that begins with one leads to the same subject elsewhere.
let interlanguageCodes =
    "aa ab ace ady af ak als alt am ami an ang anp ar arc ary arz as ast atj av avk awa ay az azb ba ban bar bat-smg bbc bcl bdr be be-tarask be-x-old "
    + "bew bg bh bi bjn blk bm bn bo bpy br bs btm bug bxr ca cbk-zam cdo ce ceb ch cho chr chy ckb co cr crh cs csb cu cv cy da dag de dga din diq dsb "
    + "dtp dty dv dz ee el eml en eo es et eu ext fa fat ff fi fiu-vro fj fo fon fr frp frr fur fy ga gag gan gcr gd gl glk gn gom gor got gpe gsw gu guc "
    + "gur guw gv ha hak haw he hi hif ho hr hsb ht hu hy hyw hz ia iba id ie ig igl ii ik ilo inh io is it iu ja jam jbo jv ka kaa kab kaj kbd kbp kcg kg "
    + "kge ki kj kk kl km kn knc ko koi kr krc ks ksh ku kus kv kw ky la lad lb lbe lez lfn lg li lij lld lmo ln lo lrc lt ltg lv lzh mad mai map-bms mdf mg "
    + "mh mhr mi min mk ml mn mni mnw mo mos mr mrj ms mt mus mwl my myv mzn na nah nan nap nds nds-nl ne new ng nia nl nn no nov nqo nr nrm nso nv ny oc "
    + "olo om or os pa pag pam pap pcd pcm pdc pfl pi pih pl pms pnb pnt ps pt pwn qu rm rmy rn ro roa-rup roa-tara ru rue rup rw sa sah sat sc scn sco sd se "
    + "sg sgs sh shi shn shy si simple sk skr sl sm smn sn so sq sr srn ss st stq su sv sw szl szy ta tay tcy tdd te tet tg th ti tig tk tl tly tn to tpi tr "
    + "trv ts tt tum tw ty tyv udm ug uk ur uz ve vec vep vi vls vo vro wa war wo wuu xal xh xmf yi yo yue za zea zgh zh zh-classical zh-min-nan zh-yue zh-cn zh-tw zu"
