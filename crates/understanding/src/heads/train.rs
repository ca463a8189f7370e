//! From examples to heads.

use std::ops::ControlFlow;

use super::{Head, Heads};
use crate::learn::{
    calibrate::Platt,
    features::Features,
    measure::{Counts, Scored, auroc, ece},
    net::{Net, NetSettings, Targets, UNKNOWN},
    random::Random,
    sparse::Rows,
    table::Table,
    vocabulary::{Families, Vocabulary},
};

/// A text and what is known of it.
#[derive(Clone, Debug)]
pub struct HeadExample {
    features: Features,
    targets: [u8; Head::COUNT],
    helpers: Vec<u8>,
    weight: u8,
}

impl HeadExample {
    /// A text of which nothing is known yet, as n-grams ([`Reader::features`](crate::Reader::features)).
    pub fn new(features: Features) -> Self {
        Self { features, targets: [UNKNOWN; Head::COUNT], helpers: Vec::new(), weight: 1 }
    }

    /// Says whether a head holds.
    pub fn with(mut self, head: Head, holds: bool) -> Self {
        self.targets[head as usize] = u8::from(holds);
        self
    }

    /// Says how often the example is seen in one pass.
    pub fn seen(mut self, times: u8) -> Self {
        self.weight = times;
        self
    }

    /// Further labels, the same number for every example that has any. They are not kept, but what tells them apart helps the heads.
    pub fn helped_by(mut self, labels: Vec<u8>) -> Self {
        self.helpers = labels;
        self
    }
}

/// How heads are trained.
#[derive(Clone, Copy, Debug)]
pub struct HeadTraining {
    /// The network.
    pub net: NetSettings,
    /// Weights of n-grams, and in how many texts they must stand.
    pub families: Families,
    /// Parts into which the examples fall; probabilities are set on each as the others have learned it.
    pub folds: usize,
}

impl HeadTraining {
    /// Passes over the examples, those of all folds together.
    pub fn epochs(&self) -> usize {
        (self.folds + 1) * self.net.epochs
    }
}

impl Default for HeadTraining {
    /// Chosen on the dev part of GoEmotions and on folds of the written examples.
    fn default() -> Self {
        Self {
            net: NetSettings { hidden: 32, epochs: 10, rate: 0.2, dropout: 0.6, ..NetSettings::default() },
            families: Families { weights: [1.0, 1.0, 1.0, 0.7], texts_min: [2, 3, 8, 2] },
            folds: 4,
        }
    }
}

impl Heads {
    /// Trains without each part, to set the probabilities on it, then with everything. `None` where `progress` ended it.
    pub fn train(
        examples: &[HeadExample],
        settings: &HeadTraining,
        progress: &dyn Fn(usize) -> ControlFlow<()>,
    ) -> Option<(Self, Vec<HeadQuality>)> {
        let vocabulary = Vocabulary::of(examples.iter().map(|example| &example.features), settings.families);
        let mut rows = Rows::new();
        examples.iter().for_each(|example| rows.push(vocabulary.row(&example.features)));
        let helpers = examples.iter().map(|example| example.helpers.len()).max().unwrap_or(0);
        let outputs = Head::COUNT + helpers;
        let mut targets = vec![UNKNOWN; examples.len() * outputs];
        for (example, targets) in examples.iter().zip(targets.chunks_exact_mut(outputs)) {
            targets[..Head::COUNT].copy_from_slice(&example.targets);
            targets[Head::COUNT..][..example.helpers.len()].copy_from_slice(&example.helpers);
        }
        let mut order: Vec<u32> = (0..examples.len() as u32).collect();
        Random::new(settings.net.seed).shuffle(&mut order);
        let fit = |take: &[u32]| {
            let often = |&row: &u32| std::iter::repeat_n(row, usize::from(examples[row as usize].weight));
            let take: Vec<u32> = take.iter().flat_map(often).collect();
            let targets = Targets::Many(&targets);
            Net::train(&rows, &take, vocabulary.columns(), outputs, &targets, settings.net, progress)
        };
        let mut scored: Vec<Vec<Scored>> = vec![Vec::new(); Head::COUNT];
        for fold in 0..settings.folds {
            let (held_out, rest): (Vec<_>, Vec<_>) =
                order.iter().enumerate().partition(|(at, _)| at % settings.folds == fold);
            let rest: Vec<u32> = rest.into_iter().map(|(_, &row)| row).collect();
            let net = fit(&rest)?;
            for (_, &row) in held_out {
                score(&net, &rows, row as usize, &examples[row as usize], &mut scored);
            }
        }
        let (curves, quality) = curves(&scored);
        let net = fit(&order)?;
        let output: Vec<f32> =
            net.output.chunks_exact(outputs).flat_map(|unit| &unit[..Head::COUNT]).copied().collect();
        let vectors = Table::of(&net.vectors, net.hidden);
        Some((Self { vocabulary, vectors, bias: net.bias, output, curves }, quality))
    }
}

/// How good a head is on the examples that were held out, its probabilities set on the same ones.
#[derive(Clone, Debug, PartialEq)]
pub struct HeadQuality {
    /// Which head.
    pub head: Head,
    /// Held-out examples of which the head is known.
    pub items: usize,
    /// Those that hold.
    pub positives: usize,
    /// At a probability of a half.
    pub f1: f64,
    /// Absent where none or all hold.
    pub auroc: Option<f64>,
    /// Expected calibration error.
    pub ece: f64,
}

/// What a network says of an example that it has not learned, by head.
fn score(net: &Net, rows: &Rows, row: usize, example: &HeadExample, scored: &mut [Vec<Scored>]) {
    let (columns, values) = rows.row(row);
    let outputs = net.outputs(columns, values);
    for (head, items) in scored.iter_mut().enumerate() {
        match example.targets[head] {
            UNKNOWN => {}
            target => items.push((outputs[head], target == 1)),
        }
    }
}

fn curves(scored: &[Vec<Scored>]) -> (Vec<Platt>, Vec<HeadQuality>) {
    let curves: Vec<Platt> = scored.iter().map(|items| Platt::fit(items)).collect();
    let quality = |((head, curve), items): ((Head, &Platt), &Vec<Scored>)| {
        let said: Vec<Scored> = items.iter().map(|&(score, held)| (curve.probability(score), held)).collect();
        let positives = items.iter().filter(|item| item.1).count();
        let (f1, auroc, ece) = (Counts::of(&said, 0.5).f1(), auroc(&said), ece(&said));
        HeadQuality { head, items: items.len(), positives, f1, auroc, ece }
    };
    let quality = Head::ALL.into_iter().zip(&curves).zip(scored).map(quality).collect();
    (curves, quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_learn_side_by_side_and_from_what_is_known() {
        let mut examples = Vec::new();
        for at in 0..60 {
            let filler = ["about the blue chair", "for order nine", "since tuesday", "in the app"][at % 4];
            let asks =
                |text: String, holds| HeadExample::new(Features::of(&text)).with(Head::AsksHuman, holds);
            examples
                .push(asks(format!("let me talk to a person {filler}"), true).with(Head::Frustration, false));
            examples.push(asks(format!("what does it cost {filler}"), false).with(Head::Frustration, false));
            let angry = HeadExample::new(Features::of(&format!("this is awful {filler}")))
                .with(Head::Frustration, true);
            examples.push(angry.helped_by(vec![1]));
        }
        let families = Families { texts_min: [1, 1, 1, 1], ..HeadTraining::default().families };
        let settings = HeadTraining { families, ..HeadTraining::default() };
        let go_on = |_| ControlFlow::Continue(());
        let (heads, quality) = Heads::train(&examples, &settings, &go_on).unwrap();
        assert!(quality[Head::AsksHuman as usize].f1 > 0.9, "{quality:?}");
        let read = |text| heads.read_features(&Features::of(text));
        let asks = read("can i talk to a person in the app");
        assert!(asks.probability(Head::AsksHuman) > 0.6, "{asks:?}");
        assert!(read("awful, since tuesday").probability(Head::Frustration) > 0.6);
        assert!(read("what does it cost").probability(Head::AsksHuman) < 0.4);
        let bytes = heads.to_bytes();
        assert_eq!(bytes, Heads::train(&examples, &settings, &go_on).unwrap().0.to_bytes());
        let loaded = Heads::from_bytes(&bytes).unwrap();
        assert_eq!(loaded.read_features(&Features::of("talk")), read("talk"));
        assert!(Heads::train(&examples, &settings, &|_| ControlFlow::Break(())).is_none());
    }
}
