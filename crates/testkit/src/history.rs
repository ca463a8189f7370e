//! A made-up history: conversations whose course and whose right moment for a human are known, because they were made so.
//!
//! The same seed gives the same conversations. They are as plain as real ones are not: what a test finds in them, it must
//! find; what it does not find in real ones, they do not excuse.

use serde_json::{Value, json};

/// 2026-01-05T08:00Z, a Monday, Unix ms.
const BEGIN_MS: i64 = 1_767_600_000_000;
/// From one conversation to the next, ms.
const APART_MS: i64 = 90_000;

/// One conversation, as `segue replay` and `segue backtest` read it. `needs_human` marks the turns from which a human was
/// needed.
pub fn conversation(seed: u64, number: u64) -> Value {
    let mut pick = Pick(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let kind = pick.weighted(&SCENARIOS.map(|scenario| scenario.share));
    let scenario = &SCENARIOS[kind];
    let mut script = Script { pick: &mut pick, turns: vec![], needed: None };
    (scenario.play)(&mut script);
    let Script { turns, needed, .. } = script;
    let turns: Vec<Value> = turns
        .into_iter()
        .enumerate()
        .map(|(at, mut turn)| {
            turn["needs_human"] = json!(needed.is_some_and(|needed| at >= needed));
            turn
        })
        .collect();
    let tier = ["free", "free", "pro", "enterprise"][pick.below(4)];
    let channel = ["chat", "chat", "chat", "email"][pick.below(4)];
    let pages = scenario.page.map(|url| json!([{ "turn": 0, "url": url, "title": "" }]));
    json!({
        "id": format!("{}-{number}", scenario.name),
        "at_ms": BEGIN_MS + number as i64 * APART_MS,
        "channel": channel,
        "customer": { "tier": tier, "verified": tier != "free" },
        "pages": pages.unwrap_or_else(|| json!([])),
        "turns": turns,
    })
}

struct Scenario {
    name: &'static str,
    /// Parts of the whole.
    share: u32,
    page: Option<&'static str>,
    play: fn(&mut Script<'_>),
}

const SCENARIOS: [Scenario; 13] = [
    Scenario { name: "routine", share: 40, page: None, play: routine },
    Scenario { name: "billing", share: 12, page: None, play: billing },
    Scenario { name: "delivery", share: 8, page: None, play: delivery },
    Scenario { name: "help", share: 6, page: Some("https://acme.example/help/start"), play: help },
    Scenario { name: "outburst", share: 5, page: None, play: outburst },
    Scenario { name: "again", share: 6, page: None, play: again },
    Scenario { name: "unsure", share: 6, page: None, play: unsure },
    Scenario { name: "steps", share: 5, page: None, play: steps },
    Scenario { name: "bug", share: 5, page: None, play: bug },
    Scenario { name: "refund", share: 4, page: None, play: refund },
    Scenario { name: "leaving", share: 3, page: None, play: leaving },
    Scenario { name: "person", share: 4, page: None, play: person },
    Scenario { name: "security", share: 1, page: None, play: security },
];

/// A conversation being made.
struct Script<'p> {
    pick: &'p mut Pick,
    turns: Vec<Value>,
    needed: Option<usize>,
}

impl Script<'_> {
    fn customer(&mut self, words: &[&str]) {
        let text = self.pick.of(words).to_owned();
        self.turns.push(json!({ "role": "customer", "text": text }));
    }

    fn assistant(&mut self, confidence: f64, words: &[&str]) {
        let text = self.pick.of(words).to_owned();
        let wobble = self.pick.below(9) as f64 / 100.0;
        let confidence = ((confidence + wobble) * 100.0).round() / 100.0;
        self.turns.push(json!({ "role": "assistant", "text": text, "confidence": confidence }));
    }

    /// From the last turn on it takes a human.
    fn needs_human(&mut self) {
        self.needed.get_or_insert(self.turns.len() - 1);
    }
}

const THANKS: [&str; 5] = [
    "Perfect, that works. Thank you!",
    "Great, thanks, that is all.",
    "That did it, thank you very much.",
    "Found it, thanks a lot!",
    "Wonderful, thank you. Bye!",
];

fn routine(script: &mut Script<'_>) {
    let (question, answer) = [
        ("How do I change the address on my profile?", "Open Profile, then Address, and press Edit."),
        ("Can I download my contacts as a file?", "Yes: open Contacts and press Export."),
        (
            "Where do I find the opening hours of the shop?",
            "They stand at the foot of every page, under Shops.",
        ),
        (
            "How can I add a colleague to my workspace?",
            "Under Settings, Members, press Invite and type the address.",
        ),
        (
            "Does the app work offline?",
            "Yes. It keeps the last 30 days and sends changes once you are online.",
        ),
        (
            "How do I turn the notifications off at night?",
            "Under Settings, Notifications, set the quiet hours.",
        ),
    ][script.pick.below(6)];
    script.customer(&[question]);
    script.assistant(0.85, &[answer]);
    if script.pick.below(3) == 0 {
        script.customer(&[
            "And on the phone?",
            "Is that the same in the app?",
            "Do I need a password for that?",
        ]);
        script.assistant(0.85, &["Yes, it is the same there.", "It is, just follow the same steps."]);
    }
    script.customer(&THANKS);
}

fn billing(script: &mut Script<'_>) {
    script.customer(&[
        "Where do I find my last invoice?",
        "When is my credit card charged each month?",
        "Can I get the invoice of March as a PDF?",
        "Which day do I get the bill?",
    ]);
    script.assistant(
        0.88,
        &[
            "Under Billing, Invoices. Each one has a download button.",
            "On the first of each month; the invoice is under Billing.",
        ],
    );
    script.customer(&THANKS);
}

fn delivery(script: &mut Script<'_>) {
    script.customer(&[
        "When does my parcel arrive?",
        "Where is my package? It was sent on Monday.",
        "Which courier delivers my parcel?",
    ]);
    script.assistant(
        0.86,
        &["It is on its way and arrives tomorrow before noon. Do you want to talk to a person about it?"],
    );
    script.customer(&[
        "No, I don't need a person. Tomorrow is fine, thank you.",
        "No need for an agent, thanks, tomorrow is fine.",
    ]);
}

fn help(script: &mut Script<'_>) {
    script.customer(&["Where do I see my points?", "Can I change the language?", "How do I print a label?"]);
    script.assistant(0.88, &["It is at the top of your profile.", "Under Settings, at the very bottom."]);
    script.customer(&THANKS);
}

fn outburst(script: &mut Script<'_>) {
    script.customer(&[
        "This is absolutely ridiculous, nothing works here!!!",
        "I am so angry, this app is terrible!",
    ]);
    script.assistant(0.88, &["I am sorry. Which page is it? Reload it once with Ctrl and F5, please."]);
    script.customer(&[
        "OK, I reloaded it and now it works. Thank you, sorry for the tone.",
        "Reloading helped, it works now. Thanks.",
    ]);
}

fn again(script: &mut Script<'_>) {
    let (first, second, third) = [
        (
            "How do I export all contacts including the archived ones?",
            "That leaves out archived contacts. How do I export the archived contacts too?",
            "Again: the archived contacts are not in it. How do I export the archived contacts?",
        ),
        (
            "How do I move my photos to the new album?",
            "That copies them. How do I move my photos to the new album?",
            "Again, I don't want copies. How do I move my photos to the new album?",
        ),
        (
            "How can I book a seat by the window for two people?",
            "That books one seat. How can I book two seats by the window?",
            "I ask again: how can I book two seats by the window?",
        ),
    ][script.pick.below(3)];
    script.customer(&[first]);
    script.assistant(0.8, &["Open the menu, choose what you want, and press OK."]);
    script.customer(&[second]);
    script.assistant(0.8, &["Open the menu, choose it there and confirm with OK."]);
    script.customer(&[third]);
    script.needs_human();
    script.assistant(0.8, &["Open the menu and press OK."]);
    script.customer(&["That is what you said before.", "You told me that twice already."]);
}

fn unsure(script: &mut Script<'_>) {
    script.customer(&[
        "Does the warranty cover a cracked screen in Norway?",
        "Can two companies share one workspace with separate books?",
        "Does the plan include calls from a ferry?",
    ]);
    script
        .assistant(0.12, &["I could not find anything certain about that.", "It may be, but I am not sure."]);
    script.customer(&["So is it covered or not?", "I need to know for certain.", "Can you find out?"]);
    script.needs_human();
    script.assistant(0.1, &["I am afraid I could not find that.", "I found nothing certain."]);
    script.customer(&["Hm, that does not help me.", "That is no answer."]);
}

fn steps(script: &mut Script<'_>) {
    script.customer(&[
        "The printer does not print.",
        "My router has no connection.",
        "The scanner is not found.",
    ]);
    script.assistant(0.8, &["Please switch it off and on again."]);
    script.customer(&[
        "I did that, it did not help.",
        "Done, still the same.",
        "I switched it off and on, no change.",
    ]);
    script
        .assistant(0.8, &["Then please install the driver again.", "Please reset it with the small button."]);
    script.customer(&[
        "Did that too, it still does not work.",
        "That did not help either.",
        "Tried it, still nothing.",
    ]);
    script.needs_human();
    script.assistant(0.8, &["Please try another cable."]);
    script.customer(&["Same with another cable. It still fails.", "No, it does not work with that either."]);
}

fn bug(script: &mut Script<'_>) {
    script
        .customer(&["The export is broken, the file is empty.", "There is a bug: the search shows nothing."]);
    script.assistant(0.75, &["Please reload the page and try it again."]);
    script.customer(&["I reloaded it, it is still broken.", "Reloaded, the bug is still there."]);
    script.assistant(0.75, &["Please try another browser."]);
    script.customer(&[
        "Tried another browser, it did not help. It is still broken.",
        "Another browser did not help either, still broken.",
    ]);
    script.needs_human();
    script.assistant(0.75, &["Please clear the cache."]);
    script.customer(&["I cleared it, still broken.", "Cache cleared, that did not help."]);
}

fn refund(script: &mut Script<'_>) {
    let order = 50_000 + script.pick.below(40_000);
    let text = format!("My order {order} came broken.");
    script.customer(&[text.as_str()]);
    script.assistant(0.8, &["I am sorry. You can send it back with the label in the box."]);
    script.customer(&[
        "I don't want to send it back, I want my 240 euros back today.",
        "No, I need the 240 euros refunded, this is urgent.",
    ]);
    script.needs_human();
    script.assistant(0.7, &["Please print the label and send it back first."]);
    script.customer(&["I said I want the refund now.", "Just refund the 240 euros, please."]);
}

fn leaving(script: &mut Script<'_>) {
    script.customer(&["My payment failed again this morning.", "The sync stopped working again."]);
    script.assistant(0.8, &["Please update it under Settings and try again."]);
    script.customer(&["Did that, same error.", "I did, it did not help."]);
    script.assistant(0.8, &["Please try it once more in an hour."]);
    script.customer(&[
        "This is the third time this happens and I'm about to cancel.",
        "It keeps failing, I am going to cancel my subscription.",
    ]);
    script.needs_human();
    script.assistant(0.8, &["Please check the page of our service."]);
}

fn person(script: &mut Script<'_>) {
    script.customer(&["How do I change my number?", "I have a question about my contract."]);
    script.assistant(0.8, &["Sure, what would you like to know? It is under Settings."]);
    script.customer(&[
        "I just want to talk to a real person.",
        "Can I speak to a human please?",
        "Connect me with an agent.",
    ]);
    script.needs_human();
}

fn security(script: &mut Script<'_>) {
    script.customer(&[
        "Somebody else logged into my account and changed the password!",
        "My account was hacked.",
    ]);
    script.needs_human();
    script.assistant(0.7, &["You can reset the password on the sign-in page."]);
}

/// A small generator of random numbers: the same seed gives the same ones on any machine.
struct Pick(u64);

impl Pick {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn of<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.below(words.len())]
    }

    fn weighted(&mut self, shares: &[u32]) -> usize {
        let all: u32 = shares.iter().sum();
        let mut left = (self.next() % u64::from(all)) as u32;
        for (at, share) in shares.iter().enumerate() {
            if left < *share {
                return at;
            }
            left -= share;
        }
        0
    }
}
