//! Which rows are held out when.

use crate::learn::random::Random;

/// One round of cross-validation.
pub(super) struct Fold {
    pub train: Vec<u32>,
    /// Rows to score, and whether their class was left out of the training, so that they are new to it.
    pub test: Vec<(u32, bool)>,
}

/// Folds that hold the classes in equal shares.
pub(super) fn plain(labels: &[Vec<usize>], own: usize, count: usize, seed: u64) -> Vec<Fold> {
    let parts = parts(&labels[..own], count, seed);
    let fold = |fold: usize| Fold {
        train: (0..labels.len() as u32).filter(|&row| parts.get(row as usize) != Some(&fold)).collect(),
        test: (0..own as u32).filter(|&row| parts[row as usize] == fold).map(|row| (row, false)).collect(),
    };
    (0..count).map(fold).collect()
}

/// Folds in which a share of the classes is unknown to the training as well: what is new looks like this.
pub(super) fn leaving_classes_out(
    labels: &[Vec<usize>],
    own: usize,
    classes: usize,
    count: usize,
    seed: u64,
) -> Vec<Fold> {
    let parts = parts(&labels[..own], count, seed);
    let mut order: Vec<usize> = (0..classes).collect();
    Random::new(seed ^ 0x5eed).shuffle(&mut order);
    let mut part_of_class = vec![0; classes];
    order.iter().enumerate().for_each(|(at, &class)| part_of_class[class] = at % count);
    let fold = |fold: usize| {
        let is_new = |row: usize| labels[row].first().is_some_and(|&class| part_of_class[class] == fold);
        let is_held = |row: usize| parts.get(row) == Some(&fold) || is_new(row);
        Fold {
            train: (0..labels.len() as u32).filter(|&row| !is_held(row as usize)).collect(),
            test: (0..own as u32)
                .filter(|&row| is_held(row as usize) && !labels[row as usize].is_empty())
                .map(|row| (row, is_new(row as usize)))
                .collect(),
        }
    };
    (0..count).map(fold).collect()
}

/// The part of each row, so that every class is spread evenly.
fn parts(labels: &[Vec<usize>], count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    Random::new(seed).shuffle(&mut order);
    order.sort_by_key(|&row| labels[row].first().copied());
    let mut parts = vec![0; labels.len()];
    order.iter().enumerate().for_each(|(at, &row)| parts[row] = at % count);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_own_row_is_tested_once_and_never_trained_on() {
        let labels: Vec<Vec<usize>> = (0..30).map(|row| vec![row % 3]).chain([vec![], vec![]]).collect();
        let mut seen = [0; 30];
        for fold in plain(&labels, 30, 5, 1) {
            assert!(fold.train.contains(&30) && fold.train.contains(&31));
            for (row, _) in fold.test {
                seen[row as usize] += 1;
                assert!(!fold.train.contains(&row));
            }
        }
        assert_eq!(seen, [1; 30]);
        for fold in leaving_classes_out(&labels, 30, 3, 3, 1) {
            let new = fold.test.iter().filter(|(_, new)| *new).count();
            assert_eq!(new, 10);
        }
    }
}
