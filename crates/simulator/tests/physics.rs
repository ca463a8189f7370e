//! The virtual desk, held against what is known: a formula, a reference, and laws that no run may break.

use segue_simulator::{
    bounds,
    scenario::{Scenario, day::Day},
};

fn scenario(name: &str) -> Scenario {
    let path = format!("{}/../../scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Scenario::parse(&std::fs::read_to_string(path).expect("the file is there")).expect(name)
}

#[test]
fn look() {
    for name in ["a", "b", "c", "d", "f"] {
        let scenario = scenario(name);
        let (mut n, mut f, mut p) = (0, 0.0, 0.0);
        for seed in 301..=310 {
            let day = Day::draw(&scenario, None, seed).expect("a day");
            n += day.conversations.len();
            f += bounds::floor(&scenario, &day) / 10.0;
            p += bounds::pooled(&scenario, &day) / 10.0;
        }
        println!("{name}: {} floor {f:.1} pooled {p:.1}", n / 10);
    }
}
