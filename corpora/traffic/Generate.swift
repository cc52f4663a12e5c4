// Writes train.tsv, dev.tsv and test.tsv: road-traffic messages, classed by what hinders traffic now; and the same messages word by word
// in train.conll, dev.conll and test.conll, with roads, places and times as entities.
//
//     swiftc -O Generate.swift -o generate && ./generate FOLDER
//
// The same bytes on every machine. What makes it hard: half the messages name two things, and only how they hang
// together tells which one counts ("accident cleared, road still closed" is a closure).

import Foundation

/// SplitMix64.
struct Generator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The bias of the remainder is below 2⁻⁵⁰ here.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}

enum Class: String, CaseIterable { case closure, construction, accident, congestion, other }

// MARK: Words

/// Names for each kind of hindrance, without an article.
let things: [Class: [String]] = [
    .closure: [
        "full closure", "road closure", "lane closure", "tunnel closure", "bridge closure", "roadblock", "night closure",
        "ramp closure",
    ],
    .construction: [
        "roadworks", "construction site", "resurfacing", "road repairs", "pothole repairs", "pipe laying", "building site",
        "maintenance works",
    ],
    .accident: [
        "accident", "crash", "collision", "pile-up", "two-car crash", "rear-end collision", "motorcycle accident",
        "truck crash",
    ],
    .congestion: [
        "queues", "congestion", "slow traffic", "tailback", "traffic jam", "long queue", "heavy traffic", "gridlock",
    ],
]

let plurals: Set<String> = ["queues", "roadworks", "road repairs", "pothole repairs", "maintenance works"]

let over = ["cleared", "over", "lifted", "gone", "dealt with", "no longer there"]
let lasting = ["still there", "remaining", "continuing", "not over yet", "in place until {time}"]

let starts = ["Bren", "Oster", "Calver", "Hollen", "Mar", "Tarn", "Wick", "Eld", "Stav", "Quarl", "Fenn", "Dorn", "Lusk", "Pell"]
let ends = ["fold", "mere", "wick", "den", "brook", "holt", "stead", "moor", "gate", "by", "lund", "haven"]
let directions = ["northbound", "southbound", "eastbound", "westbound", "both directions", "inbound", "outbound", "towards {place}"]
let spans = ["an hour", "20 minutes", "half an hour", "about 2 h", "45 min", "several days", "the whole week", "three weeks"]

/// Messages about one thing; {t} is one of its names.
let plain: [Class: [String]] = [
    .closure: [
        "{road} closed {dir} {where}", "{road} is shut {where} until {time}", "Full closure of {road} {where}",
        "No access to {place} via {road}", "Police have closed {road} {where}", "{road} {where}: {t}, follow the signs",
        "Diversion for {road} {where}, use {road2}", "The tunnel near {place} stays shut until {time}",
        "Nothing gets through on {road} {where}", "Exit {place} on {road} cannot be used", "{t} on {road} {where}",
        "Drivers must leave {road} {where} and take {road2}", "{road} {dir} blocked off {where}, please detour",
        "Bridge at {place} sealed off for {span}", "Access to {road} from {place} barred until further notice",
    ],
    .construction: [
        "{t} on {road} {where}", "Workers resurface {road} {where} until {time}", "{road} {where}: {t}, one lane free",
        "New bridge being built {where} on {road}", "Crews repair the surface of {road} {where}", "{t} {where} for {span}",
        "{road} gets a new surface {where}, limit 60", "Narrow lanes {where} on {road} while pipes are laid",
        "Diggers at work {where}, {road} {dir}", "{t} begin tonight on {road} {where}", "Road gang filling potholes on {road} {where}",
        "Temporary lights {where}: {t}", "{road} being widened {where}, work goes on for {span}",
    ],
    .accident: [
        "{t} on {road} {where}", "Lorry overturned {where} on {road}", "Two cars collided {where} on {road}",
        "{road} {dir}: {t} {where}, one lane blocked", "Motorcyclist hurt {where} on {road}", "{t} {where}, ambulance on its way",
        "Rescue services at the scene of a {t} {where}", "Van hit the barrier on {road} {where}", "Car on its roof {where}, {road} {dir}",
        "Truck ran into a parked car {where}", "Several vehicles involved in a {t} {where}", "{road} {where}: cyclist knocked down",
        "Vehicle in the ditch {where} on {road}", "Police and tow truck at a {t} on {road}",
    ],
    .congestion: [
        "{t} on {road} {where}", "{km} km of queue {where} on {road}", "{road} {dir}: {t} {where}", "Allow {span} more on {road} {where}",
        "Traffic crawling {where} on {road}", "{t} {where}, {span} lost", "Nothing moves on {road} {where} this morning",
        "Commuters need patience on {road} {where}", "Delays of {span} on {road} {dir}", "Rush hour: {t} {where}",
        "{road} {where} packed, speed below 20", "Slow going {where}, {km} km on {road}", "Bumper to bumper on {road} {dir} {where}",
    ],
    .other: [
        "Fog {where}, visibility under 50 m on {road}", "Black ice on {road} {where}, drive with care", "Ladder lying on {road} {where}",
        "Lost cargo on {road} {where}: planks in the left lane", "Deer seen near {road} {where}", "Buses on line {km} run every 10 minutes today",
        "Tram {km} replaced by buses until {time}", "Concert in {place} tonight, park at the fair ground", "Storm warning for {place}, gusts expected",
        "Traffic lights out of order {where}", "Fuel station at {place} has a new operator", "Speed checks on {road} {where}",
        "Market in {place} on Saturday, free shuttle bus", "Heavy snow {where}, winter tyres needed", "Oil spilled on {road} {where}, slippery",
        "Trains between {place} and {place2} late by {span}", "Marathon through {place} on Sunday", "Broken-down car on the hard shoulder of {road} {where}",
        "Car park at {place} station full", "Pedestrians on {road} {where}, slow down", "Strong crosswind on the bridge at {place}",
        "All clear on {road} {where}", "No incidents on {road} this {part}", "Hail {where}, reduce speed",
    ],
]

/// Messages in which the words of a hindrance {t} mean none.
let disguised = [
    "{t} on {road} {where} {over}, road free again", "{road} {where}: {t} {over}, traffic flows", "No more {t} on {road} {where}",
    "Railway line near {place}: {t} {over}, trains run again", "Exercise {where}: firemen rehearse for a {t}",
    "Council of {place} discusses last year's {t}", "Film about a {t} shot {where}, roads stay open", "False alarm: no {t} {where}",
    "Contrary to reports there is no {t} on {road}", "Online talk tonight: how {place} avoids {t}",
]

/// {a} is over or never was, {b} counts.
let shifted = [
    "{a} {over}, {b} {lasting} on {road} {where}", "{road} {where}: {a} {over} but {b} {lasting}",
    "{b} {lasting} {where} although {a} {over}", "{road} {dir}: {b} {lasting}, {a} {over}",
    "No {a} on {road} {where}, only {b}", "{b} on {road} {where}, no {a} there", "{a} {over} on {road}. {b} {lasting} {where}",
    "{b} {lasting} {where}. {a} {over}",
]

/// {b} counts, and {a} is what it leads to or comes from: what the sentence is about decides.
let linked: [(Class, [Class], [String])] = [
    (.closure, [.accident, .construction, .congestion], [
        "{road} closed {where} due to {a}", "Because of {a} {road} is shut {where}", "{b} on {road} {where} after {a}",
        "{a} {where} forced police to close {road}", "{b} {where} because of {a}, use {road2}",
    ]),
    (.congestion, [.accident, .construction, .closure], [
        "{b} {where} due to {a}", "{b} on {road} {where}, cause is {a}", "{km} km of queue {where} behind {a}",
        "{a} on {road} has led to {b} {where}, {span} lost", "{b} because of {a} on {road} {where}",
    ]),
    (.accident, [.congestion, .construction, .closure], [
        "{b} at the end of the {a} {where}", "{b} in the {a} on {road} {where}", "{b} on {road} {where}, {a} possible later",
        "{b} {where} near the {a}, helpers on site", "{b} {where}, expect {a} soon",
    ]),
    (.construction, [.congestion, .accident, .closure], [
        "{b} on {road} {where}, {a} expected later", "{b} {where}, so far without {a}", "{b} {where} to repair damage from last week's {a}",
        "{b} on {road} {where}, no {a} needed", "{b} {where}, risk of {a} from {time}",
    ]),
]

let prefixes = ["Update {time}: ", "{time} ", "+++ ", "Traffic news: ", "Info: ", "{place}: ", "Listener reports: ", "Now: ", "Police {place}: "]
let suffixes = [
    " Please drive carefully.", " More at {time}.", " Thanks to our caller.", " Detour signed.", " Reported at {time}.", " Next check at {time}.",
    " Stay safe.", " (source: police)", " Use {road2} if you can.", " Patience please.", " #{place}", " via app",
]

/// Short forms, used now and then.
let short = [
    ("between", "btw"), ("junction", "jn"), ("near", "nr"), ("road", "rd"), ("traffic", "tfc"), ("minutes", "mins"), ("northbound", "NB"),
    ("southbound", "SB"), ("towards", "twds"), ("because of", "bc of"), ("expected", "exp."), ("accident", "acc"), ("with", "w/"),
    ("and", "&"), ("please", "pls"), ("until", "til"), ("construction", "constr."), ("direction", "dir."),
]

// MARK: Entities

/// While a message is put together, marks that nobody types stand around its entities.
enum Entity: Character, CaseIterable {
    case road = "\u{1}"
    case place = "\u{2}"
    case time = "\u{3}"

    static let end: Character = "\u{4}"
    static func isMark(_ character: Character) -> Bool { character == end || Entity(rawValue: character) != nil }
}

func marked(_ words: String, _ entity: Entity) -> String { "\(entity.rawValue)\(words)\(Entity.end)" }

func unmarked(_ text: String) -> String { text.filter { !Entity.isMark($0) } }

/// Words and punctuation of a marked text, each with its tag.
func tagged(_ text: String) -> [(word: String, tag: String)] {
    var found: [(word: String, tag: String)] = []
    var (word, open, isFirst): (String, Entity?, Bool) = ("", nil, false)
    func close() {
        guard !word.isEmpty else { return }
        found.append((word, open.map { "\(isFirst ? "B" : "I")-\($0)" } ?? "O"))
        (word, isFirst) = ("", false)
    }
    let letters = Array(text)
    for (place, letter) in letters.enumerated() {
        if let entity = Entity(rawValue: letter) {
            close()
            (open, isFirst) = (entity, true)
        } else if letter == Entity.end {
            close()
            open = nil
        } else if letter == " " {
            close()
        } else if letter.isLetter || letter.isNumber {
            word.append(letter)
        } else {
            // 9:20, two-car and o'clock are one word each.
            let isWithin = !word.isEmpty && place + 1 < letters.count && (letters[place + 1].isLetter || letters[place + 1].isNumber) && ":-'".contains(letter)
            if isWithin {
                word.append(letter)
            } else {
                close()
                word = String(letter)
                close()
            }
        }
    }
    close()
    return found
}

// MARK: Messages

struct Message {
    var text: String
    var label: Class
}

extension Generator {
    mutating func place() -> String { pick(starts) + pick(ends) }

    mutating func road() -> String {
        switch below(6) {
        case 0, 1, 2: "A\(1 + below(99))"
        case 3: "B\(100 + below(800))"
        case 4: "Route \(1 + below(60))"
        default: pick(["ring road", "coast road", "old post road", "city ring", "harbour bypass"])
        }
    }

    mutating func spot() -> String {
        let forms = [
            "near {place}", "between {place} and {place2}", "at junction {km}", "before exit {place}", "at {place}", "in {place}", "past {place}",
            "at km {km}", "behind the {place} tunnel", "on the {place} bridge",
        ]
        return fill(pick(forms))
    }

    mutating func time() -> String {
        let minutes = pick(["00", "05", "10", "15", "20", "30", "40", "45", "50"])
        return chance(70) ? "\(5 + below(18)):\(minutes)" : pick(["noon", "tomorrow", "Friday", "6 pm", "midnight", "Monday morning"])
    }

    /// Replaces each slot by words drawn for it; the same text and state give the same words.
    mutating func fill(_ form: String, _ given: [String: String] = [:]) -> String {
        var text = ""
        var rest = form[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let slot = String(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
            if let word = given[slot] {
                text += word
                continue
            }
            switch slot {
            case "road", "road2": text += marked(road(), .road)
            case "place", "place2": text += marked(place(), .place)
            case "where": text += spot()
            case "dir": text += fill(pick(directions))
            case "time": text += marked(time(), .time)
            case "span": text += pick(spans)
            case "km": text += "\(2 + below(18))"
            case "part": text += pick(["morning", "afternoon", "evening", "week"])
            case "over": text += pick(over)
            case "lasting": text += fill(pick(lasting))
            default: fatalError("no slot \(slot)")
            }
        }
        return text + rest
    }

    mutating func thing(_ kind: Class) -> String { pick(things[kind]!) }

    mutating func one(_ label: Class) -> String {
        let form = pick(plain[label]!)
        guard label != .other else { return fill(form) }
        var name = thing(label)
        // "A roadworks" would give the class away by its grammar.
        while form.contains("a {t}"), plurals.contains(name) { name = thing(label) }
        return fill(form, ["t": name])
    }

    mutating func two(_ label: Class) -> String {
        let kinds = Class.allCases.filter { $0 != .other && $0 != label }
        if label == .other { return fill(pick(disguised), ["t": thing(pick(kinds))]) }
        if chance(35) {
            let (_, causes, forms) = linked.first { $0.0 == label }!
            return fill(pick(forms), ["a": thing(pick(causes)), "b": thing(label)])
        }
        return fill(pick(shifted), ["a": thing(pick(kinds)), "b": thing(label)])
    }

    mutating func message() -> Message {
        let label = pick([.closure, .closure, .closure, .construction, .construction, .construction, .accident, .accident, .accident,
            .congestion, .congestion, .congestion, .other, .other] as [Class])
        var text = chance(hardShare) ? two(label) : one(label)
        if chance(35) { text = fill(pick(prefixes)) + text }
        if chance(35) { text += (chance(80) ? "." : "!") + fill(pick(suffixes)) }
        return Message(text: spoiled(cased(text)), label: label)
    }

    mutating func cased(_ text: String) -> String {
        switch below(10) {
        case 0, 1: text.lowercased()
        case 2: text.uppercased()
        default: text.prefix(while: Entity.isMark) + text.drop(while: Entity.isMark).prefix(1).uppercased() + text.drop(while: Entity.isMark).dropFirst()
        }
    }

    /// Short forms in one message of four, a slip of the keyboard in one of six.
    mutating func spoiled(_ text: String) -> String {
        var text = text
        if chance(25) {
            for (long, brief) in short where chance(60) {
                text = text.replacingOccurrences(of: " ([\u{1}-\u{3}]?)\(long)(\u{4}?) ", with: " $1\(brief)$2 ", options: .regularExpression)
            }
        }
        guard chance(17) else { return text }
        var letters = Array(text)
        let typed = letters.indices.filter { !Entity.isMark(letters[$0]) }
        let places = typed.indices.dropFirst().dropLast().filter { letters[typed[$0]].isLetter && letters[typed[$0 + 1]].isLetter }
        guard !places.isEmpty else { return text }
        let place = pick(places)
        switch below(3) {
        case 0: letters.swapAt(typed[place], typed[place + 1])
        case 1: letters.remove(at: typed[place])
        default: letters.insert(letters[typed[place]], at: typed[place])
        }
        return String(letters)
    }
}

// MARK: Files

/// Of a hundred messages, those that name two things or mean none.
let hardShare = 50
let folder = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : "."
var generator = Generator(state: 20_24)
var seen: Set<String> = []

for (split, count) in [("train", 2400), ("dev", 300), ("test", 300)] {
    var (table, sentences) = ("id\ttext\tlabel\n", "")
    for id in 0..<count {
        var message = generator.message()
        while !seen.insert(unmarked(message.text).lowercased()).inserted { message = generator.message() }
        // People err, also those who label: 2 % of what is learnt from, nothing of what is measured with.
        if split == "train", generator.chance(2) { message.label = generator.pick(Class.allCases.filter { $0 != message.label }) }
        table += "\(id)\t\(unmarked(message.text))\t\(message.label.rawValue)\n"
        sentences += tagged(message.text).map { "\($0.word)\t\($0.tag)\n" }.joined() + "\n"
    }
    try table.write(toFile: "\(folder)/\(split).tsv", atomically: true, encoding: .utf8)
    try sentences.write(toFile: "\(folder)/\(split).conll", atomically: true, encoding: .utf8)
}
