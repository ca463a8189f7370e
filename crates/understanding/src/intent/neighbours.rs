//! How near a text's vector lies to the examples: what is new lies far from all of them.

use std::{fmt, sync::Arc, thread};

use pulp::Arch;
use serde::{Deserialize, Serialize};

use crate::{encoder::Linear, learn::table::Table};

/// The most examples that are kept, 400 bytes each for 384 values; of more, some evenly spread ones.
const KEPT_MAX: usize = 16_000;
/// How fast an example counts less with its distance: `e^(SHARPNESS * (cosine - 1))`. Chosen by cross-validation on
/// public intent sets; 10 to 20 differ little.
const SHARPNESS: f32 = 15.0;
/// What nothing near counts, as a logarithm.
const FAR: f32 = -SHARPNESS;
/// Vectors that are compared at once.
const TOGETHER: usize = 12;

/// Examples as vectors, with their classes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(super) struct Neighbours {
    stored: Stored,
    product: Arc<Linear>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    classes: usize,
    vectors: Table,
    /// By example: its classes. None: out of scope.
    labels: Vec<Vec<u32>>,
}

/// What the neighbourhood of a text looks like; sums over examples as logarithms.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// The largest cosine to an example that has a class.
    pub closest: f32,
    /// By class.
    pub with: Vec<f32>,
    /// By class: the examples that do not have it.
    pub without: Vec<f32>,
    /// The examples that are out of scope.
    pub outside: f32,
}

impl Neighbours {
    /// Of examples with at least one value, at least one of them.
    pub fn of(examples: &[(&[f32], &[usize])], classes: usize) -> Self {
        let kept = examples.len().min(KEPT_MAX);
        let kept = || (0..kept).map(|at| examples[at * examples.len() / kept]);
        let values: Vec<f32> = kept().flat_map(|(vector, _)| vector.iter().copied()).collect();
        let labels = kept().map(|(_, labels)| labels.iter().map(|&class| class as u32).collect()).collect();
        let width = examples.first().map_or(1, |(vector, _)| vector.len());
        Self::from_stored(Stored { classes, vectors: Table::of(&values, width), labels })
    }

    fn from_stored(stored: Stored) -> Self {
        let (width, rows) = (stored.vectors.width(), stored.vectors.rows());
        let mut values = vec![0.0; width * rows];
        for (row, values) in values.chunks_exact_mut(width).enumerate() {
            stored.vectors.add(row, 1.0, values);
        }
        let product = Arc::new(Linear::new(Arch::new(), &values, &vec![0.0; rows]));
        Self { stored, product }
    }

    pub fn width(&self) -> usize {
        self.stored.vectors.width()
    }

    pub fn classes(&self) -> usize {
        self.stored.classes
    }

    pub fn read(&self, vector: &[f32]) -> Near {
        let mut cosines = vec![0.0; self.stored.labels.len()];
        self.product.apply(vector, &mut cosines);
        self.near(&cosines)
    }

    /// Many at once, on two threads.
    pub fn read_all(&self, vectors: &[&[f32]]) -> Vec<Near> {
        let examples = self.stored.labels.len();
        let read = |vectors: &[&[f32]]| -> Vec<Near> {
            let mut found = Vec::with_capacity(vectors.len());
            for vectors in vectors.chunks(TOGETHER) {
                let mut cosines = vec![0.0; vectors.len() * examples];
                self.product.apply(&vectors.concat(), &mut cosines);
                found.extend(cosines.chunks_exact(examples).map(|cosines| self.near(cosines)));
            }
            found
        };
        let (first, second) = vectors.split_at(vectors.len() / 2);
        thread::scope(|scope| {
            let second = scope.spawn(|| read(second));
            let mut found = read(first);
            found.extend(second.join().expect("comparing does not panic"));
            found
        })
    }

    fn near(&self, cosines: &[f32]) -> Near {
        let mut sums = vec![0.0f32; self.stored.classes];
        let (mut closest, mut all, mut outside) = (-1.0f32, 0.0f32, 0.0f32);
        for (&cosine, labels) in cosines.iter().zip(&self.stored.labels) {
            let weight = (SHARPNESS * (cosine - 1.0)).exp();
            all += weight;
            labels.iter().for_each(|&class| sums[class as usize] += weight);
            if labels.is_empty() {
                outside += weight;
            } else {
                closest = closest.max(cosine);
            }
        }
        let log = |sum: f32| sum.max(0.0).ln().max(FAR);
        Near {
            closest,
            without: sums.iter().map(|sum| log(all - sum)).collect(),
            with: sums.into_iter().map(log).collect(),
            outside: log(outside),
        }
    }
}

impl From<Neighbours> for Stored {
    fn from(neighbours: Neighbours) -> Self {
        neighbours.stored
    }
}

impl TryFrom<Stored> for Neighbours {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let known = |labels: &Vec<u32>| labels.iter().all(|&class| (class as usize) < stored.classes);
        let is_sound = stored.vectors.is_sound()
            && (1..=KEPT_MAX).contains(&stored.labels.len())
            && stored.vectors.rows() == stored.labels.len()
            && stored.labels.iter().all(known);
        if is_sound { Ok(Self::from_stored(stored)) } else { Err("neighbours that do not fit each other") }
    }
}

impl fmt::Debug for Neighbours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Neighbours").field("examples", &self.stored.labels.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_counts_for_its_class() {
        let examples: [(&[f32], &[usize]); 4] =
            [(&[1.0, 0.0], &[0]), (&[0.8, 0.6], &[0, 1]), (&[0.0, 1.0], &[1]), (&[-1.0, 0.0], &[])];
        let neighbours = Neighbours::of(&examples, 2);
        let near = neighbours.read(&[1.0, 0.0]);
        assert!((near.closest - 1.0).abs() < 0.01 && near.with[0] > near.with[1], "{near:?}");
        assert!(near.without[0] < near.without[1] && near.outside == FAR);
        let away = neighbours.read(&[-1.0, 0.0]);
        assert!(away.closest < 0.1 && away.outside > -0.2);
        let all = neighbours.read_all(&[&[1.0, 0.0], &[-1.0, 0.0], &[0.0, 1.0]]);
        assert_eq!(all.len(), 3);
        assert_eq!(all[1].with, away.with);
    }
}
