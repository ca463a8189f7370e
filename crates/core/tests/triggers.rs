//! What is decided after a turn: each signal alone, signals together, each hold, and what holds for every policy.

#[path = "triggers/expressions.rs"]
mod expressions;
#[path = "triggers/garbage.rs"]
mod garbage;
#[path = "triggers/kinds.rs"]
mod kinds;
#[path = "triggers/oracle.rs"]
mod oracle;
#[path = "triggers/policy_text.rs"]
mod policy_text;
#[path = "triggers/properties.rs"]
mod properties;
#[path = "triggers/round_trip.rs"]
mod round_trip;
#[path = "triggers/rules.rs"]
mod rules;
#[path = "triggers/story.rs"]
mod story;

use segue_core::{
    context::Role,
    event::{Body, TurnContent},
    ids::SquadId,
    policy::{AreaRule, Policy},
    reading::{ActKind, FactKind, Outcome, Reading, TopicKind},
    trigger::{Action, Reason, answers_proposal, requested_by_button},
};
use story::{Story, With, check, read};

/// A customer's question and an answer, after which things go wrong.
fn answered() -> Story {
    Story::new().customer("The export is empty", read()).assistant("Press Export", read().sure(0.8))
}

#[test]
fn nothing_seen_is_answered() {
    check(answered().customer("perfect, thank you", read().act(ActKind::Thanks)), "");
    let story = Story::new().customer("Where is the address?", read().question());
    assert_eq!(story.last().decision.confidence, 0.0);
    assert_eq!(story.last().decision.triggers, []);
}

#[test]
fn who_asks_for_a_human_gets_one() {
    let asks = read().act(ActKind::AsksHuman);
    check(Story::new().customer("a person please", asks.clone()), "0 hand_off explicit_request");
    check(
        Story::new().customer("your manager, now", read().act(ActKind::AsksManager)),
        "0 hand_off explicit_request",
    );
    check(Story::new().customer("no agent needed", asks.clone().act_of(ActKind::DeclinesHuman, 0.95)), "");
    // In doubt, it is a request.
    check(
        Story::new().customer("no, an agent", asks.act(ActKind::DeclinesHuman)),
        "0 hand_off explicit_request",
    );
    check(Story::new().customer("are you a person?", read().act_of(ActKind::AsksHuman, 0.3)), "");
    let greets = read().act(ActKind::Greets).act(ActKind::AsksHuman);
    check(Story::new().customer("hello, agent", greets), "0 hand_off explicit_request");
}

#[test]
fn the_button_is_a_request() {
    let decision = requested_by_button(3);
    assert_eq!((decision.turn, decision.action), (3, Action::HandOff));
    assert_eq!(decision.reason, Some(Reason::ExplicitRequest));
    assert_eq!(decision.triggers[0].evidence, "pressed \"Talk to a person\"");
    assert_eq!(decision.triggers[0].name, "explicit_request");
}

/// Why there is no second proposal.
const OFFERED: &str = "a human has been offered already and the customer has not answered";

/// Two unsure answers, so that a human is proposed at turn 3.
fn proposed() -> Story {
    Story::new()
        .customer("Is Oslo in scope?", read().question())
        .assistant("Maybe", read().sure(0.2))
        .customer("Is it?", read().question())
        .assistant("I could not find that", read().sure(0.1))
}

#[test]
fn an_accepted_proposal_is_a_request() {
    check(proposed(), "3 propose low_confidence");
    let yes = || read().act(ActKind::Agrees);
    check(proposed().customer("yes please", yes()), "3 propose low_confidence; 4 hand_off explicit_request");
    check(
        proposed().assistant("Shall I?", read().sure(0.9)).customer("yes please", yes()),
        "3 propose low_confidence; 5 hand_off explicit_request",
    );
    // A later "ok" is about what was said since.
    let later = proposed()
        .customer("Norway, I mean", read())
        .assistant("Norway is in scope.", read().sure(0.9))
        .customer("ok", yes());
    assert_eq!(later.last().decision.action, Action::Answer);
}

#[test]
fn answers_to_a_proposal_are_told_apart() {
    let answer = |reading: Reading| {
        let mut story = proposed();
        story.push(Body::TurnReceived {
            turn: story.conversation.next_turn(),
            role: Role::Customer,
            agent: None,
            client_id: None,
            confidence: None,
            content: TurnContent { reading: reading.clone(), ..TurnContent::default() }.into(),
        });
        answers_proposal(&story.moment(Role::Customer, &reading))
    };
    assert_eq!(answer(read().act(ActKind::Agrees)), Some(true));
    assert_eq!(answer(read().act(ActKind::Refuses)), Some(false));
    assert_eq!(answer(read().act(ActKind::DeclinesHuman)), Some(false));
    assert_eq!(answer(read().question()), None);
    assert_eq!(answered().customer("yes", read().act(ActKind::Agrees)).told(), "");
}

#[test]
fn the_floor_and_listed_subjects_hand_off() {
    let about = |kind| Story::new().customer("words about it", read().topic(kind));
    check(about(TopicKind::SelfHarm), "0 hand_off safety");
    check(about(TopicKind::Violence), "0 hand_off safety");
    check(about(TopicKind::Legal), "0 hand_off legal");
    check(about(TopicKind::Security), "0 hand_off security");
    check(about(TopicKind::Billing), "");
    let listed = |policy: &mut Policy| policy.always_human_topics = vec![TopicKind::Billing];
    let story = Story::new().policy(listed).customer("a charge", read().topic(TopicKind::Billing));
    check(story, "0 hand_off always_human_topic");
    let story = Story::new().policy(listed).customer("I was hacked", read().topic(TopicKind::Security));
    check(story, "0 propose security");
    let offered = |policy: &mut Policy| policy.propose_topics = vec![TopicKind::Delivery];
    let story = Story::new().policy(offered).customer("my parcel", read().topic(TopicKind::Delivery));
    check(story, "0 propose policy");
}

#[test]
fn the_gravest_reason_is_recorded() {
    let all = read().act(ActKind::AsksHuman).topic(TopicKind::Security).topic(TopicKind::Legal);
    let story = Story::new().customer("a person, or my lawyer", all);
    let names: Vec<&str> = story.last().decision.triggers.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["safety_floor", "explicit_request", "security"]);
    assert_eq!(story.last().decision.reason, Some(Reason::Legal));
    assert_eq!(story.last().decision.triggers[0].evidence, "mentions legal action: “a person, or my lawyer”");
}

#[test]
fn unsure_answers_count_in_a_row() {
    let ask = |confidences: &[f32]| {
        let mut story = Story::new();
        for &confidence in confidences {
            story = story.customer("and?", read()).assistant("hm", read().sure(confidence));
        }
        story
    };
    check(ask(&[0.05]), "");
    check(ask(&[0.2, 0.9, 0.2]), "");
    check(ask(&[0.3, 0.3]), "3 propose low_confidence");
    let held = format!("4 hold low_confidence: {OFFERED}");
    let expected = format!("3 propose low_confidence; {held}; 5 hand_off low_confidence");
    check(ask(&[0.3, 0.3, 0.3]), &expected);
    let denied = ask(&[0.2]).customer("that is no answer", read().act(ActKind::DeniesSolved));
    check(denied, "2 propose low_confidence");
    let unknown = Story::new().customer("and?", read()).assistant("hm", read());
    check(unknown.customer("and?", read()).assistant("hm", read().sure(0.1)), "");
}

#[test]
fn frustration_is_a_course_not_a_word() {
    let moods = |levels: &[f32]| {
        let mut story = Story::new();
        for &level in levels {
            story = story.customer("words", read().frustration(level)).assistant("ok", read().sure(0.9));
        }
        story
    };
    check(moods(&[1.0]), "");
    check(moods(&[0.9, 0.1, 0.0]), "");
    check(moods(&[0.0, 0.9]), "");
    check(moods(&[0.5, 0.5]), "");
    check(moods(&[0.6, 0.8]), "2 propose frustration");
    check(moods(&[0.1, 0.3, 0.7]), "4 propose frustration");
    check(moods(&[0.4, 0.6, 1.0]), "4 hand_off frustration");
    let story = moods(&[0.6, 0.8]);
    let evidence = &story.verdicts[2].decision.triggers[0].evidence;
    assert_eq!(evidence, "frustration 0.6, 0.8 over 2 turns: “words”");
}

#[test]
fn the_same_question_again() {
    let again = |turn: u32| read().repeats(turn);
    let once = || answered().customer("and the archived ones?", again(0));
    check(once(), "");
    let twice = || once().assistant("Press Export", read().sure(0.8)).customer("the archived ones", again(2));
    check(twice(), "4 propose repetition");
    let worded = once()
        .assistant("Press Export", read().sure(0.8))
        .customer("again: the archived ones", again(2).act(ActKind::Repeats));
    check(worded, "4 hand_off repetition");
    check(answered().customer("again!", read().act(ActKind::Repeats)), "");
    let evidence = &twice().last().decision.triggers[0].evidence.clone();
    assert_eq!(evidence, "asks the same for the third time: “the archived ones”");
}

#[test]
fn steps_that_fail() {
    let fails = |story: Story, n: usize| {
        (0..n).fold(story, |story, _| {
            story
                .assistant("Try it", read().sure(0.8).step("restart", Outcome::Proposed))
                .customer("no", read().reports(Outcome::Failed))
        })
    };
    let begin = || Story::new().customer("It hangs", read());
    check(fails(begin(), 1), "");
    check(fails(begin(), 2), "4 propose failed_steps");
    let story = fails(begin(), 2);
    assert_eq!(story.last().decision.triggers[0].evidence, "2 attempts failed: “restart”, “restart”");
    // One turn is one attempt, however much it names.
    let two = read().reports(Outcome::Failed).step("a new card", Outcome::Failed).act(ActKind::DeniesSolved);
    check(answered().customer("did that, new card, same error", two), "");
    // What was tried before the first answer is not the assistant's failure.
    let before = read().step("restart", Outcome::Failed).step("reinstall", Outcome::Failed);
    check(Story::new().customer("I tried all", before), "");
    // A settled matter starts the count again.
    let solved = fails(begin(), 1).customer("works now", read().act(ActKind::ConfirmsSolved));
    check(fails(solved, 1), "");
    // "That did not help" counts where no step was named.
    let denies = || read().act(ActKind::DeniesSolved);
    let story = answered().customer("no", denies()).assistant("Press it", read().sure(0.8));
    check(story.customer("still no", denies()), "4 propose failed_steps");
}

#[test]
fn leaving_with_ground() {
    let leaves = || read().act(ActKind::WantsToCancel);
    check(Story::new().customer("cancel my plan", leaves()), "");
    check(Story::of("pro", true).customer("cancel my plan", leaves()), "0 propose churn_risk");
    check(Story::of("pro", false).customer("cancel my plan", leaves()), "");
    let angry = || leaves().act(ActKind::Complains);
    check(Story::new().customer("enough, I quit", angry()), "0 propose churn_risk");
    check(Story::of("enterprise", true).customer("enough, I quit", angry()), "0 hand_off churn_risk");
    let failed = Story::of("pro", true)
        .customer("Payment failed", read())
        .assistant("Update the card", read().sure(0.8).step("update the card", Outcome::Proposed))
        .customer("Same error", read().reports(Outcome::Failed));
    check(failed.customer("I'm about to cancel", leaves()), "3 hand_off churn_risk");
}

#[test]
fn what_needs_an_approval() {
    let wants = || read().topic(TopicKind::Replacement);
    let order = || read().fact(FactKind::OrderNumber, "58213");
    check(Story::new().customer("a new one please", wants().urgency(1.0)), "");
    let begun = || Story::new().customer("Order 58213 is lost", order()).assistant("Sorry", read().sure(0.8));
    check(begun().customer("a new one please", wants()), "2 propose authority");
    check(begun().customer("a new one by Friday", wants().urgency(0.7)), "2 hand_off authority");
    let sum = wants().fact(FactKind::Amount, "1,450 euro");
    check(begun().customer("a new one, it cost 1,450 euro", sum), "2 hand_off authority");
    let asks = read().topic(TopicKind::Refund).question();
    check(begun().customer("How do refunds work?", asks), "");
    // A refund that is on its way is a delay.
    let refund = || read().topic(TopicKind::Refund);
    let granted = begun()
        .customer("My refund?", refund())
        .assistant("It was sent", read().sure(0.9).promise("by Friday", 3.0));
    let story = granted.customer("The refund will be there then", refund());
    assert_eq!(story.last().decision.action, Action::Answer);
}

#[test]
fn where_the_customer_is() {
    let cancel = "https://app.acme.example/account/cancel";
    let asks = || read().question();
    check(Story::new().page(cancel).customer("What happens to my data?", asks()), "0 propose page_context");
    let sales = Story::new().page("https://acme.example/pricing").customer("For 120 people?", asks());
    check(sales, "0 propose sales");
    check(Story::new().page("https://acme.example/blog").customer("Hm?", asks()), "");
    // Nobody is asked twice for being where they are.
    let story = Story::new()
        .page(cancel)
        .customer("What happens to my data?", asks())
        .refuses()
        .policy(|policy| policy.cool_down_turns = 0)
        .customer("no, just that", read());
    check(story, "0 propose page_context");
    let squad = SquadId::parse("retention").unwrap();
    let rule = AreaRule {
        area: "cancel".into(),
        action: Action::HandOff,
        reason: Reason::ChurnRisk,
        squad: Some(squad.clone()),
        proactive_after_s: None,
    };
    let ruled = || Story::new().policy(|policy| policy.areas = vec![rule.clone()]).page(cancel);
    let story = ruled().customer("What happens to my data?", asks());
    assert_eq!(story.last().wishes.squad, Some(squad.clone()));
    check(story, "0 hand_off churn_risk");
    let story = ruled().customer("a person please", asks().act(ActKind::AsksHuman));
    assert_eq!(story.last().wishes.squad, Some(squad));
    let story = ruled().customer("my lawyer", read().topic(TopicKind::Legal));
    assert_eq!(story.last().wishes.squad, None, "a specialist takes it wherever it arises");
}

#[test]
fn business_and_product() {
    let sales = || read().topic(TopicKind::Sales);
    check(Story::new().customer("What does Pro cost?", sales()), "");
    check(Story::new().customer("Terms for 120?", sales().complex(0.6)), "0 propose sales");
    let talk = Story::new().customer("What does Pro cost?", sales()).assistant("12", read().sure(0.9));
    check(talk.customer("And for 120 people?", sales()), "2 propose sales");
    let talk = || Story::new().customer("A price for 64?", sales()).assistant("12", read().sure(0.9));
    check(talk().customer("In red, in two lots", read().topic(TopicKind::Delivery)), "");
    check(talk().customer("And can I go back later?", read().question()), "");
    check(talk().customer("Thanks", read().act(ActKind::Thanks)), "");
    let wish = || read().topic(TopicKind::FeatureRequest);
    let begun = || Story::new().customer("A weekly export?", wish()).assistant("No", read().sure(0.9));
    check(begun().customer("A pity", read()), "");
    check(begun().customer("and it is broken", read().topic(TopicKind::Bug)), "2 propose product_feedback");
    check(begun().customer("Could you pass it on?", wish().question()), "2 propose product_feedback");
    let data = || read().topic(TopicKind::Privacy);
    check(Story::new().customer("Which data of mine?", data()), "");
    check(answered().customer("A copy of my data", data()), "2 propose private_scope");
    check(Story::new().customer("a long story", read().complex(1.0)), "");
}

#[test]
fn signals_add_up() {
    // Each stays below the threshold alone.
    let repeated = read().repeats(0).complex(0.7);
    check(answered().customer("again, and also", repeated.clone()), "2 propose repetition");
    let story = answered().customer("again, and also", repeated);
    let decision = &story.last().decision;
    let product: f32 = decision.triggers.iter().map(|trigger| 1.0 - trigger.strength).product();
    assert!((decision.confidence - (1.0 - product)).abs() < 1e-6);
    assert!(decision.triggers[0].strength < 0.5);
}

#[test]
fn a_lead_can_weigh_signals() {
    let weigh = |factor: f32| {
        Story::new()
            .policy(|policy| _ = policy.emphasis.insert("churn_risk".into(), factor))
            .customer("I quit", read().act(ActKind::WantsToCancel).act(ActKind::Complains))
    };
    check(weigh(1.0), "0 propose churn_risk");
    check(weigh(0.5), "");
    assert_eq!(weigh(0.0).last().decision.triggers, []);
}

#[test]
fn a_greeting_is_not_an_issue_yet() {
    let page = || Story::new().page("https://acme.example/pricing");
    let hello = || read().act(ActKind::Greets);
    let held = "0 hold sales: what it is about is not clear yet";
    check(page().customer("Hello", hello()), held);
    check(
        page().customer("Hello", hello()).customer("For 120 people?", read().question()),
        &format!("{held}; 1 propose sales"),
    );
    check(page().customer("Hello, the price for 120 people", hello()), "0 propose sales");
}

#[test]
fn one_proposal_at_a_time() {
    let story = proposed().customer("Oslo?", read().question());
    check(story, &format!("3 propose low_confidence; 4 hold low_confidence: {OFFERED}"));
    // More evidence still hands off.
    let story = proposed().customer("Oslo?!", read().act(ActKind::DeniesSolved));
    check(story, "3 propose low_confidence; 4 hand_off low_confidence");
}

#[test]
fn a_refusal_is_remembered() {
    let no = "the customer does not want a human now";
    let story = proposed().customer("no thanks", read().act(ActKind::Refuses));
    check(story, &format!("3 propose low_confidence; 4 hold low_confidence: {no}"));
    let again = |n: usize| {
        let story = proposed().refuses().assistant("Norway is", read().sure(0.9));
        (0..n).fold(story, |story, _| story.customer("why?", read().question()))
    };
    let angry = || read().frustration(0.7);
    let shows = |story: Story| story.customer("hm", angry()).customer("hm", angry());
    let moment = "the customer declined a human a moment ago";
    let begun = "3 propose low_confidence";
    check(shows(again(0)), &format!("{begun}; 6 hold frustration: {moment}"));
    check(shows(again(2)), &format!("{begun}; 8 propose frustration"));
    // Much more evidence asks again instead of handing off unasked.
    let story = again(0).customer("hm", angry().repeats(2)).customer(
        "leave me alone then, I quit",
        read().frustration(1.0).act(ActKind::WantsToCancel).act(ActKind::Complains).repeats(2),
    );
    assert_eq!(story.last().decision.action, Action::Propose, "{}", story.told());
    check(
        again(0).customer("a person, now", read().act(ActKind::AsksHuman)),
        &format!("{begun}; 5 hand_off explicit_request"),
    );
    // Declined unasked.
    let story = answered()
        .customer("no agent please", read().act(ActKind::DeclinesHuman).frustration(0.8))
        .customer("hm", read().frustration(0.8));
    check(story, &format!("3 hold frustration: {moment}"));
}

#[test]
fn a_step_that_may_settle_it_comes_first() {
    let begun = || {
        Story::new()
            .customer("It logged me out", read().frustration(0.7))
            .assistant("Turn it on", read().sure(0.8).step("turn it on", Outcome::Proposed))
    };
    let trying = "2 hold frustration: the customer is trying";
    let agrees = |frustration| read().act(ActKind::Agrees).frustration(frustration);
    check(begun().customer("ok doing that", agrees(0.7)), &format!("{trying} “turn it on”"));
    let starts = read().frustration(0.7).reports(Outcome::Started);
    check(begun().customer("on it", starts), &format!("{trying} “turn it on”"));
    let does = agrees(0.7).reports(Outcome::Done);
    check(begun().customer("ok, done", does), &format!("{trying} “turn it on”"));
    let own = read().frustration(0.7).step("a reboot", Outcome::Started);
    check(begun().customer("rebooting", own), &format!("{trying} “a reboot”"));
    // Patience ends with frustration.
    check(begun().customer("fine, doing THAT", agrees(0.9)), "2 propose frustration");
}

#[test]
fn a_delay_with_a_date_is_waited_for() {
    let begun = |days: f32| {
        Story::new()
            .customer("Where is it?", read().frustration(0.7))
            .assistant("It was sent", read().sure(0.8).promise("by Friday", days))
    };
    let held = "2 hold frustration: the customer waits for a date that nobody can bring forward: “by Friday”";
    check(begun(3.0).customer("ugh, fine", read().act(ActKind::Agrees).frustration(0.7)), held);
    check(begun(3.0).customer("no!", read().frustration(0.7)), "2 propose frustration");
    let overdue = begun(0.0).customer("ugh, fine", read().act(ActKind::Agrees).frustration(0.7));
    check(overdue, "2 propose frustration");
}

#[test]
fn a_settled_matter_is_left_alone() {
    let angry = || Story::new().customer("hm", read().frustration(0.9));
    let solved = || read().act(ActKind::ConfirmsSolved);
    check(angry().customer("works now", solved()), "");
    let cancel = Story::new().page("https://app.acme.example/account/cancel");
    check(cancel.customer("found it, thanks", read().act(ActKind::Thanks)), "");
    // Sarcasm and half solutions are not settled.
    check(angry().customer("thanks for nothing", solved().frustration(0.9)), "1 propose frustration");
}

#[test]
fn what_a_human_took_over_is_over() {
    let again = |story: Story, turn| story.customer("again", read().repeats(turn).act(ActKind::Repeats));
    let story = again(answered(), 0).customer("a person", read().act(ActKind::AsksHuman));
    let story = story.turn(Role::Agent, "There you are", read());
    let story = again(story, 2);
    assert_eq!(story.last().decision.action, Action::Answer, "{}", story.told());
}
