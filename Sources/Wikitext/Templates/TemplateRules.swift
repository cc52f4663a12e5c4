/// What is known of templates, by their names in the languages that we read.
let templateRules: [NameKey: TemplateRule] = {
    var rules: [NameKey: TemplateRule] = [:]
    for (rule, names) in ruleNames {
        for name in names.split(separator: "|") { rules[NameKey(name.utf8)] = rule }
    }
    return rules
}()

private let ruleNames: [(TemplateRule, String)] = [
    (.convert, "convert|cvt|converter|conv|রূপান্তর|unité|unite|unidade|unidad|umrechnen|konvertera|omvandla|muunna|převeď|fordítás|перевести|конвертировать|convertit"),
    (.last, "lang|langi|আধ্বব|langue|язык|мова|lengua|língua|lingua|spraak|taal|språk|språk/lang|transl|transliteration|translit|ipa|audio-ipa|ipa2|unicode|script|polytonic|lang2"),
    (
        .show(1),
        "nowrap|nobr|nobreak|nobold|small|smaller|big|bigger|large|larger|abbr|abbrv|tooltip|h:title|sic|not a typo|proper name|as written|typo|math|mvar|"
            + "bigmath|var|sup|sub|su|smallcaps|sc|sc2|small caps|vanchor|visible anchor|va|strong|em|emphasis|nihongo2|nihongo foot|uc|lc|center|centre|"
            + "color|colour|font color|fontcolor|highlight|mono|tt|code|kbd|samp|q|blue|red|green|underline|u|strike|del|ins|s|keypress|key press|ruby-ja|"
            + "overline|dfn|cite|clarify span|noitalic|serif|sans-serif|hidden text|no italics|nocaps|noitalics|script/hebrew|hebrew|heb|arabic|ar|rtl-lang|"
            + "jct|transliteration2|midsize|resize|font|lien|link|wikt-lang|gloss|wt|wiktionary|inline-block|en|要出典範囲|ilq|ছোট|zh-full|nobr2|gr|angbr|angle bracket|he|fa|ur|sa|iast|nt"
    ),
    (
        .block(1),
        "quote|blockquote|cquote|quotation|bquote|quote box|quotebox|rquote|quoteframe|pull quote|centered pull quote|long quote|block quote|verse translation|"
            + "poemquote|poem quote|quote frame|цитата|цитата2|начало цитаты|zitat|citation|citation bloc|début citation|cita|citação|citazione|citat|cytat|"
            + "idézet|alıntı|উক্তি|উদ্ধৃতি|বাক্স উদ্ধৃতি|quotation2|quote2|引用|引用文|quote-box|мейбой|citaat|sitaatti|sitat|մեջբերում|քաղվածք|απόσπασμα"
    ),
    (.text(" – "), "snd|spnd|spaced ndash|spaced en dash|spndash|spaced-ndash|sndash|space-ndash"),
    (.text(" — "), "spaced emdash|spaced em dash|spmd|smd|spaced mdash"),
    (.text("–"), "ndash|en dash|endash|nsndns|–"),
    (.text("—"), "mdash|em dash|emdash|md|—"),
    (.text(" "), "nbsp|space|spaces|nbs|&nbsp;|quad|thinsp|thin space|hair space|hairsp|ensp|emsp|spc|,|pad|gap|indent|0|figure space"),
    (.text("'"), "'|apostrophe|`"),
    (.text("'s"), "'s"),
    (.text("|"), "!|pipe"),
    (.text("||"), "!!"),
    (.text("="), "=|equals"),
    (.text(" · "), "·|middot|dot|•dot|mdot|bold middot"),
    (.text("·"), "interpunct"),
    (.text("•"), "•|bull|bullet"),
    (.text("{"), "(|mset-"),
    (.text("}"), ")"),
    (.text("{{"), "(("),
    (.text("}}"), "))"),
    (.text("["), "bracket-left|(-"),
    (.text("*"), "*|asterisk|star"),
    (.text("\""), "\""),
    (.text("†"), "dagger"),
    (.text("‡"), "double-dagger"),
    (.text("±"), "±"),
    (.text("×"), "×|times"),
    (.text("°"), "deg|°"),
    (.text("½"), "1/2|half"),
    (.text("€"), "euro|€"),
    (.text("...") , "..."),
    (.text("…"), "…|ellipsis"),
    (.text("%"), "%"),
    (.text("№"), "№"),
    (.text(" / "), "/"),
    (.text("&"), "&|and"),
    (.text("-"), "hyphen|-|nbhyph"),
    (.suffixed(" BC"), "bc"),
    (.suffixed(" BCE"), "bce"),
    (.text("H2O"), "h2o"),
    (.text("CO2"), "co2"),
    (.fraction, "frac|fraction|sfrac|½|fract|frac2|дробь|bruch|drobek|тыс|sfraction"),
    (.joined(""), "mp|mpl|chem|chem2|chemical formula|hill|simple chemical formula|ce|chimie|formule chimique|хим|nuclide|physics particle"),
    (.value, "val|nts|num|число|nombre|formatnum2|nb|mxt|gaps|gapnum|unit|ntsh"),
    (.date(from: 1), "birth date|birth date and age|birthdate|dob|bda|birth-date|birth year and age|birth-date and age|birth date and age2|start date|startdate|start date and age|end date|end date and age|film date|death date|death year|date|dts|dtsh|release date|death-date|death year and age|birth based on age as of date|launch date|geburtsdatum|дата рождения|дата смерті|дата смерти|дата народження|জন্ম তারিখ|জন্ম তারিখ ও বয়স|জন্ম তারিখ এবং বয়স|生年月日と年齢|生年月日|জন্ম|মৃত্যু তারিখ|মৃত্যু তারিখ ও বয়স|মৃত্যু তারিখ এবং বয়স|没年齢|死亡年月日と没年齢|death date and age|death date and given age|մահվան ամսաթիվ|ծննդյան ամսաթիվ"),
    (.number, "formatnum|formatprice|nr|commas"),
    (.asOf, "as of|asof|as of?"),
    (.interlanguage, "ill|interlanguage link|ill2|link-interwiki|仮リンク|iw|iw2|нп|нп2|нп3|нп4|нп5|не переведено|не переведено 2|не переведено 3|не переведено 5|lien|翻訳|interlanguage link multi|illm|ill-wd|red|wikidata-link|reasonator|link-en|llink|enlink|tsl|le|link language|link-de|link-ja|internal link helper/en|internal link helper|ilh"),
    (.reading, "nihongo|nihongo3|nihongo krt|korean|japanese|ニホンゴ"),
    (.joined(""), "ruby|読み仮名|読み仮名 ruby不使用|ふりがな|lruby"),
    (.joined(", "), "hlist|flatlist|csv|comma separated entries|flat list|hlist-comma|cslist"),
    (.lines, "plainlist|unbulleted list|ubl|ublist|bulleted list|blist|columns-list|col list|div col list|list|collapsible list|startplainlist|ordered list|numbered list|unbulleted|plain list|columns|columnslist|multicol"),
    (.prefixed("c. "), "circa|c.|ca|ca."),
    (.prefixed("fl. "), "floruit|fl|fl."),
    (.prefixed("r. "), "reign|r."),
    (.prefixed("b. "), "born|b."),
    (.prefixed("d. "), "died|d."),
    (.prefixed("$"), "us$|usd|dollar"),
    (.prefixed("£"), "gbp|£|pound sterling"),
    (.prefixed("€"), "eur"),
    (.prefixed("¥"), "jpy|¥"),
    (.prefixed("₹"), "inr|indian rupee|টাকা|₹"),
    (.prefixed("USS "), "uss"),
    (.prefixed("HMS "), "hms"),
    (.suffixed("年"), "和暦"),
    (.pageName, "pagename|fullpagename|basepagename|subpagename|pagenamee"),
    (.tableEnd, "end|s-end|table end|end table|tabend|sb|bottom|s-fin|fin|finalrow|конец таблицы|endtable|succession end|end box|s-bottom|box end|col-end-table|botte|তালিকা শেষ"),
    (
        .disambiguation,
        "disambiguation|disambig|dab|disamb|dis|hndis|geodis|surname|given name|human name disambiguation|geodab|numberdis|letter-numbercombdisambig|mathdab|mil-unit-dis|"
            + "schooldis|airport disambiguation|begriffsklärung|homonymie|desambiguación|disambigua|desambiguação|dp|ujednoznacznienie|rozcestník|gren|flertydig|forgrening|"
            + "förgrening|täsmennyssivu|egyért|egyértelműsítő lap|dezambiguizare|неоднозначность|многозначность|однофамильцы|неоднозначність|багатозначність|օմոնիմներ|բազմիմաստություն|"
            + "αποσαφήνιση|anlam ayrımı|aimai|曖昧さ回避|人名の曖昧さ回避|地名の曖昧さ回避|同名の地名|消歧义|消歧義|disambig-zh|동음이의|توضيح|ابهام‌زدایی|দ্ব্যর্থতা নিরসন|দ্ব্যর্থতা|บทความแก้ความกำกวม|"
            + "định hướng|disambiguasi|argipen|пояснения|значения|фамилии|nozīmju atdalīšana|nuorodinis straipsnis|täpsustuslehekülg|homônimos|пазначыністы|многозначност"
    ),
]
