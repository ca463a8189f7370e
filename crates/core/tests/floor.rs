//! Who is asked, in which order, and where a handoff goes when a squad is closed.

#[path = "floor/router.rs"]
mod router;

use segue_core::{
    context::ContextPackage,
    floor::{Candidate, Floor, Waiting},
    handoff::Needs,
    ids::{AgentId, ConversationId, OrganisationId, SquadId},
    organisation::{AgentProfile, Organisation, Work},
    queue::{self, Coverage},
    reading::TopicKind,
    routing::{Channel, Overflow, Presence, Rung},
    trigger::Reason,
};

const START: i64 = 1_800_000_000_000;

fn squad(id: &str) -> SquadId {
    SquadId::parse(id).expect("an id")
}

fn floor(agents: &[(&str, &str, u8, &str)]) -> Floor {
    floor_of(&Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme"), agents)
}

fn floor_of(organisation: &Organisation, agents: &[(&str, &str, u8, &str)]) -> Floor {
    let mut floor = Floor::new(organisation);
    for (name, at, level, languages) in agents {
        let id = AgentId::parse(name).expect("an id");
        floor.seat(AgentProfile {
            work: Work {
                squads: vec![squad(at)],
                skills: [((*at).to_owned(), *level)].into(),
                languages: languages.split(' ').map(str::to_owned).collect(),
                capacity: 1,
                ..Work::default()
            },
            ..AgentProfile::new(id.clone(), name, &format!("{name}@acme.example"))
        });
        floor.set_presence(&id, Presence::Available);
    }
    floor
}

fn waiting(id: &str, tier: &str, refused_by: &[&str]) -> Waiting {
    Waiting {
        conversation: ConversationId::parse(id).expect("an id"),
        epoch: 1,
        needs: Needs {
            squad: squad("billing"),
            skill: "billing".into(),
            language: Some("es".into()),
            tier: Some(tier.into()),
            priority: 0,
            first_reply_s: None,
            only: None,
        },
        channel: Channel::Chat,
        since_ms: START,
        refused_by: refused_by.iter().map(|name| AgentId::parse(name).expect("an id")).collect(),
        told: false,
        last_agent: None,
    }
}

/// Who is offered what after some seconds, as `conversation>agent`.
fn check(agents: &[(&str, &str, u8, &str)], line: &[Waiting], after_s: i64, expected: &str) {
    let mut floor = floor(agents);
    line.iter().cloned().for_each(|waiting| floor.wait(START, waiting));
    let offers = floor.decide(START + after_s * 1000);
    let shown: Vec<String> =
        offers.iter().map(|offer| format!("{}>{}", offer.conversation, offer.agent)).collect();
    assert_eq!(shown.join(" "), expected);
}

#[test]
fn the_best_of_those_who_fit_is_asked() {
    let team = [("ana", "billing", 3, "es"), ("ben", "billing", 5, "es en"), ("cora", "billing", 5, "en")];
    check(&team, &[waiting("c1", "free", &[])], 0, "c1>ben");
    check(&team, &[waiting("c1", "free", &["ben"])], 0, "c1>ana");
    check(&team, &[waiting("free", "free", &[]), waiting("gold", "enterprise", &[])], 0, "gold>ben free>ana");
}

#[test]
fn what_nobody_has_is_given_up_at_once_and_the_rest_in_time() {
    let english = [("cora", "billing", 5, "en")];
    check(&english, &[waiting("c1", "free", &[])], 0, "c1>cora");
    let elsewhere = [("dan", "technical", 5, "es")];
    check(&elsewhere, &[waiting("c1", "free", &[])], 0, "c1>dan");
    // Ana is there, and takes only one: somebody waits for her before another squad is asked.
    let busy = [("ana", "billing", 3, "es"), ("dan", "technical", 5, "es")];
    let both = [waiting("c1", "free", &[]), waiting("c2", "free", &[])];
    check(&busy, &both, 16, "c1>ana");
    check(&busy, &both, 31, "c1>ana c2>dan");
}

#[test]
fn the_agent_who_knows_the_customer_is_asked_while_that_is_recent() {
    let team = [("ana", "billing", 3, "es"), ("ben", "billing", 5, "es")];
    let known = |hours_ago: i64, refused_by: &[&str]| {
        let ana = AgentId::parse("ana").expect("an id");
        let last_agent = Some((ana, START - hours_ago * 3_600_000));
        Waiting { last_agent, ..waiting("c1", "free", refused_by) }
    };
    check(&team, &[known(1, &[])], 0, "c1>ana");
    check(&team, &[known(72, &[])], 0, "c1>ana");
    check(&team, &[known(73, &[])], 0, "c1>ben");
    check(&team, &[known(1, &["ana"])], 0, "c1>ben");
    let mut floor = floor(&team);
    floor.wait(START, known(1, &[]));
    assert!(floor.decide(START)[0].why.ends_with("knows the customer"));
}

#[test]
fn an_organisation_routes_as_its_settings_say() {
    let mut organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
    let team = [("ana", "billing", 3, "es"), ("ben", "billing", 5, "es"), ("dan", "technical", 5, "es")];
    let asked = |organisation: &Organisation, after_s: i64| {
        let mut floor = floor_of(organisation, &team);
        let line = ["c1", "c2", "c3"].map(|id| waiting(id, "free", &[]));
        line.into_iter().for_each(|waiting| floor.wait(START, waiting));
        let offers = floor.decide(START + after_s * 1000);
        offers.iter().map(|offer| offer.agent.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(asked(&organisation, 0), "ben ana");
    // Agents in turn, whatever their level; only who has the skill, however long it takes.
    organisation.routing.strategy = "round_robin".into();
    organisation.routing.steps = vec![Rung { after_s: 40.0, level: 1, ..Rung::default() }];
    assert_eq!(asked(&organisation, 0), "ana ben");
    assert_eq!(asked(&organisation, 600), "ana ben");
    organisation.routing.steps.push(Rung { after_s: 50.0, squads: Overflow::All, ..Rung::default() });
    assert_eq!(asked(&organisation, 49), "ana ben");
    assert_eq!(asked(&organisation, 50), "ana ben dan");
    // A floor that is there already takes the change over.
    let mut floor = floor(&team);
    floor.reorganise(&organisation);
    floor.wait(START, waiting("c1", "free", &[]));
    assert_eq!(floor.decide(START).iter().map(|offer| offer.agent.as_str()).collect::<Vec<_>>(), ["ana"]);
}

#[test]
fn nobody_is_asked_twice_in_a_row_unless_nobody_else_is_there() {
    let alone = [("ana", "billing", 3, "es")];
    check(&alone, &[waiting("c1", "free", &["ana"])], 20, "");
    check(&alone, &[waiting("c1", "free", &["ana"])], 31, "c1>ana");
    check(&alone, &[waiting("c1", "free", &["ana", "ana", "ana"])], 59, "");
    // Rather once more than never.
    check(&alone, &[waiting("c1", "free", &["ana", "ana", "ana"])], 60, "c1>ana");
    let two = [("ana", "billing", 3, "es"), ("ben", "billing", 3, "es")];
    check(&two, &[waiting("c1", "free", &["ana", "ben", "ana", "ben", "ana", "ben"])], 59, "");
    check(&two, &[waiting("c1", "free", &["ana", "ben", "ana", "ben", "ana", "ben"])], 60, "c1>ana");
}

#[test]
fn an_agent_is_never_offered_more_than_they_take() {
    let alone = [("ana", "billing", 3, "es")];
    check(&alone, &[waiting("c1", "free", &[]), waiting("c2", "free", &[])], 0, "c1>ana");
}

#[test]
fn a_closed_squad_hands_over_to_its_fallback_or_keeps_a_ticket() {
    let text = r#"
        id = "acme"
        name = "Acme"
        squad = [
          { id = "general", name = "General", skill = "general", default = true },
          { id = "billing", name = "Billing", skill = "billing", topics = ["billing"], hours = ["Mon 00:00-00:01"], fallback = "general" },
          { id = "legal", name = "Legal", skill = "legal", topics = ["legal"], hours = ["Mon 00:00-00:01"] },
        ]
    "#;
    let organisation: Organisation = toml::from_str(text).unwrap();
    let placed = |topic: Option<TopicKind>, there: &[&str]| {
        let id = OrganisationId::parse("acme").unwrap();
        let mut package = ContextPackage::new(id, ConversationId::parse("c1").unwrap());
        package.issue.topics.extend(topic);
        let coverage = Coverage::of(there.iter().map(|id| squad(id)));
        let placement =
            queue::place(&organisation, &package, Reason::ExplicitRequest, None, &coverage, START).unwrap();
        (placement.needs.squad.to_string(), placement.covered)
    };
    let all = ["general", "billing", "legal"];
    assert_eq!(placed(None, &all), ("general".into(), true));
    assert_eq!(placed(Some(TopicKind::Billing), &all), ("general".into(), true));
    assert_eq!(placed(Some(TopicKind::Legal), &all), ("legal".into(), false));
    assert_eq!(placed(None, &[]), ("general".into(), false));
}

#[test]
fn nobody_is_asked_off_shift_and_somebody_is_as_soon_as_the_shift_begins() {
    let organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
    let mut floor = Floor::new(&organisation);
    let id = AgentId::parse("ana").expect("an id");
    let at = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_millisecond();
    floor.seat(AgentProfile {
        work: Work {
            squads: vec![squad("billing")],
            skills: [("billing".to_owned(), 5)].into(),
            shifts: vec!["Mon-Sun 08:00-16:00".to_owned()].try_into().expect("hours"),
            ..Work::default()
        },
        ..AgentProfile::new(id.clone(), "Ana", "ana@acme.example")
    });
    floor.set_presence(&id, Presence::Available);
    floor.wait(at("2026-11-20T07:59:00Z"), waiting("c1", "free", &[]));
    assert_eq!(floor.decide(at("2026-11-20T07:59:00Z")), []);
    assert!(!floor.coverage().covers(&squad("billing")));
    assert!(floor.next_look_ms().is_some_and(|look| look <= at("2026-11-20T08:00:00Z")));
    assert_eq!(floor.decide(at("2026-11-20T08:00:00Z")).len(), 1);
    assert!(floor.coverage().covers(&squad("billing")));
}

#[test]
fn a_wait_is_told_once_enough_have_come_true_and_only_while_somebody_is_there() {
    let mut floor = floor(&[("ana", "billing", 3, "es")]);
    let ana = AgentId::parse("ana").expect("an id");
    let named = |number: i64| waiting(&format!("c{number}"), "free", &[]);
    // Ana is busy for half a minute with each of twenty, and the next one waits for her.
    let mut now_ms = START;
    floor.hold(now_ms, named(0), &ana, true);
    let mut told = vec![];
    for number in 1..=21 {
        let next = Waiting { since_ms: now_ms, ..named(number) };
        floor.wait(now_ms, next.clone());
        floor.decide(now_ms);
        told.extend(floor.estimate(&next.conversation, now_ms));
        now_ms += 30_000;
        floor.let_go(now_ms, &named(number - 1).conversation);
        let offers = floor.decide(now_ms);
        assert_eq!(offers.len(), 1, "{number}");
        floor.hold(now_ms, next, &ana, true);
    }
    assert!(told.iter().all(|estimate| estimate.place == 1));
    assert!(told[..20].iter().all(|estimate| estimate.low_s.is_none()), "{told:?}");
    let last = told[20];
    let (low_s, high_s) = (last.low_s.expect("known"), last.high_s.expect("known"));
    assert!(low_s < high_s && (10..90).contains(&low_s), "{last:?}");

    let waits = Waiting { since_ms: now_ms, ..named(22) };
    floor.wait(now_ms, waits.clone());
    floor.set_presence(&ana, Presence::Offline);
    let alone = floor.estimate(&waits.conversation, now_ms).expect("it waits");
    assert_eq!((alone.low_s, alone.high_s), (None, None));
}

#[test]
fn why_this_agent_and_why_not_the_others() {
    let team = [
        ("ana", "billing", 3, "es"),
        ("ben", "billing", 5, "es"),
        ("cora", "billing", 5, "en"),
        ("dan", "technical", 5, "es"),
        ("eva", "billing", 4, "es"),
        ("finn", "billing", 4, "es"),
    ];
    let mut floor = floor(&team);
    let id = |name: &str| AgentId::parse(name).expect("an id");
    floor.set_presence(&id("eva"), Presence::Busy);
    floor.set_presence(&id("finn"), Presence::Offline);
    let asked = waiting("c1", "free", &["ana"]);
    floor.wait(START, asked.clone());
    let shown = |floor: &Floor, now_ms| {
        let all = floor.compare(now_ms, &asked.conversation).expect("it waits");
        let say = |each: &Candidate| format!("{} {:?}", each.agent, each.standing);
        all.iter().map(say).collect::<Vec<_>>().join(", ")
    };
    let others = "ana Refused, eva Busy, finn NotThere";
    assert_eq!(shown(&floor, START), format!("ben May, cora OthersQualify, dan OthersQualify, {others}"));
    // Ben is taken: colleagues are asked when it is their time.
    floor.hold(START, waiting("c0", "free", &[]), &id("ben"), true);
    floor.hold(START, waiting("c9", "free", &[]), &id("ana"), true);
    let busy = "ana NoRoom, ben NoRoom, eva Busy, finn NotThere";
    assert_eq!(
        shown(&floor, START + 5_000),
        format!("cora Later {{ after_s: 15.0 }}, dan Later {{ after_s: 30.0 }}, {busy}")
    );
    assert_eq!(shown(&floor, START + 20_000), format!("cora May, dan Later {{ after_s: 30.0 }}, {busy}"));
    let best = floor.compare(START, &waiting("c0", "free", &[]).conversation);
    assert_eq!(best, None, "what is with somebody does not wait");
}

#[test]
fn a_handoff_that_everybody_has_refused_is_told_once() {
    let organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
    let mut floor = floor_of(&organisation, &[("ana", "billing", 5, "en"), ("ben", "billing", 3, "en")]);
    let stuck =
        |floor: &Floor| floor.refused_by_all().into_iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>();
    floor.wait(0, waiting("c1", "free", &[]));
    assert_eq!(floor.decide(0)[0].agent.as_str(), "ana");
    floor.wait(1_000, waiting("c1", "free", &["ana"]));
    assert_eq!(stuck(&floor), [""; 0], "ben can still be asked");
    assert_eq!(floor.decide(1_000)[0].agent.as_str(), "ben");
    floor.wait(2_000, waiting("c1", "free", &["ana", "ben"]));
    assert_eq!(stuck(&floor), ["c1"]);
    floor.wait(2_000, Waiting { told: true, ..waiting("c1", "free", &["ana", "ben"]) });
    assert_eq!(stuck(&floor), [""; 0], "once is enough");
    assert_eq!(floor.decide(2_000)[0].agent.as_str(), "ana", "nobody is asked twice in a row, but again");
}
