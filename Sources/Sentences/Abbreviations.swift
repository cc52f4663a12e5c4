/// Knows of words before a full stop whether it ends a sentence.
struct Abbreviations: Sendable {
    private let words: Set<String>
    /// Whether numbers with a full stop are ordinals.
    private let hasOrdinals: Bool

    init(language: String?) {
        let base = language?.split(separator: "-").first.map(String.init) ?? ""
        let lists = byLanguage[base].map { [$0] } ?? Array(byLanguage.values)
        words = Set((lists + [everywhere]).flatMap { $0.split(separator: " ").map(String.init) })
        hasOrdinals = ["de", "da", "nb", "nn", "no", "is", "fi", "et", "lv", "ltg", "lt", "pl", "cs", "sk", "sl", "hr", "sr", "bs", "hu", "tr", "lb", "nds", "hsb", "dsb", "als"].contains(base)
    }

    /// - Parameters:
    ///   - word: what stands before the full stop.
    ///   - next: where the next word begins.
    func ends(_ text: Span<UInt8>, _ word: Range<Int>, next: Int) -> Bool {
        guard !word.isEmpty else { return true }
        let (first, size) = scalar(text, word.lowerBound)
        if word.allSatisfy({ isDigit(UInt32(text[$0])) }) { return word.count > 2 || !(hasOrdinals || beginsLine(text, word)) }
        // An initial, whatever follows.
        if size == word.count { return !isLetter(first) }
        if word.contains(where: { text[$0] == UInt8(ascii: ".") }) { return endsAcronym(text, word, next: next) }
        guard word.count < 20 else { return true }
        return !words.contains(lowercase(text, word))
    }

    /// `U.S.`, `z.B.`: a sentence ends there if the next begins with a word that begins many.
    private func endsAcronym(_ text: Span<UInt8>, _ word: Range<Int>, next: Int) -> Bool {
        // Only letters alone between full stops are one; `example.com` is none.
        var length = 0
        for index in word {
            if text[index] == UInt8(ascii: ".") { length = 0 } else if text[index] & 0xC0 != 0x80 { length += 1 }
            if length > 2 { return !words.contains(lowercase(text, word)) }
        }
        var end = next
        while end < text.count, end - next < 12, !isSpace(text[end]), text[end] != UInt8(ascii: ",") { end += 1 }
        return starters.contains(lowercase(text, next..<end))
    }

    /// As the number of an item.
    private func beginsLine(_ text: Span<UInt8>, _ word: Range<Int>) -> Bool {
        word.lowerBound == 0 || text[word.lowerBound - 1] == 0x0A
    }

    private func lowercase(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: range.map { text[$0] }, as: UTF8.self).lowercased()
    }
}

private func isLetter(_ scalar: UInt32) -> Bool { Unicode.Scalar(scalar)?.properties.isAlphabetic ?? false }

private func isDigit(_ scalar: UInt32) -> Bool { scalar >= 0x30 && scalar < 0x3A }

/// Words that begin English sentences much more often than they go on with one behind an abbreviation.
private let starters: Set<String> = [
    "the", "he", "she", "it", "they", "we", "in", "this", "these", "those", "however", "but", "a", "an", "on", "at", "its", "his", "her", "their", "as", "for",
    "after", "although", "while", "when", "there", "since", "during", "by", "from", "with", "some", "many", "most", "one", "both", "if", "also", "according",
]

/// Used in many languages.
private let everywhere = "dr prof mr mrs st ca cf vs no nr op ed eds vol vols pp etc al p.m a.m i.e e.g fig figs ph.d"

/// Abbreviations that are followed by a capital letter or a number within a sentence.
private let byLanguage: [String: String] = [
    "en": "ms messrs rev hon gen col maj capt lt cmdr sgt cpl adm gov sen rep pres sr jr mt ft ave blvd rd dept univ inc corp co ltd bros assn "
        + "jan feb mar apr jun jul aug sep sept oct nov dec approx est fl b d c r p ch chap sec par art nos ex tr trans rpt repr abbr inst hr min viz esp incl resp",
    "de": "hr fr frl hll hl bzw bspw evtl ggf ggü inkl exkl usw usf sog zit vgl abb anm aufl bd bde bzgl d.h z.b u.a o.ä u.ä s.o s.u i.d.r jh jhs jhd geb gest gegr "
        + "jan feb mär apr jun jul aug sept okt nov dez str tel zzgl urspr lat griech engl frz dt österr schweiz kath ev univ hrsg verl übers s v n m mio mrd tsd nördl südl östl westl",
    "fr": "m mm mme mmes mlle mlles me mgr vve ste sts stes av env éd éds coll chap fasc fig hab janv févr avr juill sept oct nov déc art tél cie bibl trad cap lieut",
    "es": "sr sra sras srta d dña ud uds vd vds fdo gral cnel tte cap ing lic arq avda avd pág págs núm núms aprox art cap ej p.ej s.a ee.uu a.c d.c edit fig univ prov dpto",
    "it": "sig sigg sig.ra sig.na dott dott.ssa prof.ssa ing avv arch on geom cav gen col cap ten pag pagg cap art fig ecc ed es a.c d.c s.p.a sec vd cfr tel univ",
    "pt": "sr sra srta dra profa eng arq exmo exma gen cel cap ten av pág págs núm aprox art cap ex a.c d.c séc etc ltda cia univ",
    "nl": "dhr mevr mw drs ir ing mr ds bijv blz bl ca dl enz evt excl incl jl m.a.w m.b.t nl o.a o.l.v resp t.o.v t.w.v vnl zgn z.g a.u.b d.w.z i.p.v jan feb mrt apr jun jul aug sept okt nov dec",
    "sv": "bl.a d.v.s dvs e.d el.dyl exkl f.d fr.o.m ggr inkl jfr kl m.fl m.m mfl milj mkt mm o.d o.s.v osv p.g.a pga resp s.k sk st t.ex t.o.m tex tom ung övers jan feb mars apr juni juli aug sept okt nov dec",
    "da": "bl.a ca d.v.s dvs evt f.eks fx hhv inkl jf kl m.fl m.m mio mia nr o.lign osv pga s.k tidl vha jan feb mar apr jun jul aug sept okt nov dec",
    "nb": "bl.a ca d.v.s dvs evt f.eks fork hhv inkl jf kl m.fl m.m mill mrd nr osv pga tidl jan feb mar apr jun jul aug sept okt nov des",
    "pl": "dr hab inż mgr prof św ul al os pl im tzw tzn tj np m.in itd itp r w wg ok godz min sek tys mln mld zł gr str nr poz red wyd tł ang niem franc łac gr ros ur zm śp ks bp abp gen płk mjr kpt por",
    "cs": "mgr ing bc mudr judr phdr rndr doc prof sv tzv tzn tj např atd apod atp čp č str s r st stol tis mil mld nar zem angl něm lat řec franc rus ul nám tř hl vl gen plk mjr kpt por",
    "ru": "г гг в вв н ул пр просп пл пер д стр с т тт рис табл см ср им проф акад доц д-р ред изд кн гл руб коп тыс млн млрд км м кв куб мин сек час ок св рожд род ум лат англ нем фр греч др пр т.е т.д т.п т.к т.н н.э и.о напр обл р р-н респ ген полк майор кап лейт",
    "uk": "р рр ст н вул просп пл пров буд стор с т тт рис табл див пор ім проф акад доц д-р ред вид кн гл грн коп тис млн млрд км м кв куб хв сек год бл св нар пом лат англ нім фр грец рос ін т.зв т.д т.п н.е напр обл о оз м смт ген",
    "bn": "ড ডা মো মোঃ মোছা প্রফ ইঞ্জি এড খ্রি খ্রিঃ বি.দ্র",
    "hy": "թ թթ դ դդ հ հտ էջ պրոֆ ակադ գեն տես օր մ.թ մ.թ.ա ք կմ",
    "el": "κ κα κος δρ καθ π.χ μ.χ δηλ κ.λπ κλπ κ.ά σελ αρ τ ν.α παρ εκδ βλ πρβλ αι χιλ εκ",
    "tr": "dr prof doç yrd av alb gen yzb sn bk vb vs mah cad sok apt no yy m.ö m.s t.c a.ş ltd şti örn yak çev haz bkz hz",
    "fi": "esim ks mm ns jne eli n ja yms tms s v klo puh prof tri maist toim suom engl ruots saks lat kr jkr eaa m.m synt k nyk ent",
    "hu": "dr prof ifj id özv stb pl kb ill ún sz évf o old ker u út krt vö ld i.e i.sz kr jan febr márc ápr jún júl aug szept okt nov dec",
    "ro": "dl dna dlui dr prof ing av gen col cpt lt sf str bd nr pag vol ed cca cf ex etc î.hr d.hr sec jud com loc",
    "lt": "dr prof doc šv a m mėn d g pl al kt pan ir t.y t.t vad pvz žr psl red liet angl vok lot rus tūkst mln mlrd apie sk r raj",
    "lv": "dr prof sv g gs m utt u.c piem t.i t.s lpp red sk sal apm p.m.ē m.ē milj tūkst latv angl vāc kr",
    "ltg": "g gs pīm t.i i.c i tml lpp red ap sv dr prof latg latv kr vuoc",
    "et": "dr prof hr pr st jne jt jms nt s.o s.t lk vt nr a u umbes e.m.a m.a.j tlk toim saksa ingl ladina vene",
]
