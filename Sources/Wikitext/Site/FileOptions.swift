/// Words that stand among the options of a picture, in the languages that we read.
let fileOptions = keys(
    "thumb,thumbnail,frame,framed,enframed,frameless,border,left,right,center,centre,none,baseline,middle,sub,super,text-top,text-bottom,top,bottom,upright,"
        + "mini,miniatur,gerahmt,rahmenlos,rand,links,rechts,zentriert,ohne,hochkant,mitte,oben,unten,vignette,redresse,gauche,droite,centré,néant,cadre,sans_cadre,encadré,"
        + "miniatura,miniaturadeimagen,mini,enmarcado,izquierda,derecha,centro,centrado,ninguna,no,marco,sinmarco,borde,destra,sinistra,centro,nessuno,verticale,riquadrato,incorniciato,"
        + "miniaturadaimagem,esquerda,direita,nenhum,commoldura,semmoldura,superiordireito,omhoog,omkaderd,kaderloos,rand,geen,gecentreerd,rechtop,"
        + "мини,миниатюра,справа,слева,центр,без,обрамить,безрамки,граница,міні,мініатюра,праворуч,ліворуч,центрувати,без рамки,обрамити,міні-ескіз,"
        + "サムネイル,サムネ,フレーム,フレームなし,代替画像,左,右,中央,なし,無し,境界,ボーダー,縦型,上,下,থাম্ব,থাম্বনেইল,ডান,বাম,কেন্দ্র,কিছুই না,ফ্রেম,সীমানা,খাড়া,"
        + "缩略图,缩略圖,縮圖,左,右,居中,置中,无,無,有框,无框,無框,边框,邊框,右上,섬네일,썸네일,왼쪽,오른쪽,가운데,없음,프레임,"
        + "մինի,ձախից,աջից,կենտրոն,առանց,տախտակ,μικρογραφία,μινιατούρα,δεξιά,αριστερά,κέντρο,καθόλου,küçükresim,küçük resim,sağ,sol,orta,yok,"
        + "pienoiskuva,oikea,vasen,keskellä,tyhjä,bélyegkép,bélyeg,miniatűr,jobbra,balra,középre,semmi,náhľad,náhled,vpravo,vlevo,střed,žádný,rám,okraj,"
        + "miniatyr,miniatyrbild,höger,vänster,centrerad,ingen,kantlinje,ramlös,ram,miniature,højre,venstre,midt,ramme,kant,prawo,lewo,centruj,bezramki,ramka,"
        + "تصغير,مصغر,يمين,يسار,مركز,بلا,إطار,بندانگشتی,راست,چپ,وسط,هیچ,ממוזער,ימין,שמאל,מרכז,अंगूठाकार,दाएँ,बाएँ,मध्य,nhỏ,phải,trái,giữa,dreta,esquerra,centre,cap,sīktēls,sd,labi,nav")

/// Names of options that have a value.
let fileSettings = keys(
    "alt,link,page,lang,upright,class,thumb,thumbnail,loop,start,end,starttime,endtime,thumbtime,muted,verweis,seite,klasse,sprache,mini,hochkant,lien,page,classe,langue,redresse,vínculo,enlace,idioma,"
        + "página,clase,collegamento,pagina,ссылка,альт,страница,посилання,сторінка,альт,リンク,代替文,ページ,替代文本,替代,链接,連結,সংযোগ,লিঙ্ক,বিকল্প,বাম্ব,odkaz,länk,lenke,odnośnik,strona")

let pixelNames = keys("px,пкс,ピクセル,像素,픽셀,পিক্সেল,pxpx,pix,пиксел,բկ,εσ,بك,پیکسل,פיקסלים")
