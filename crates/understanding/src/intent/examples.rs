//! Labelled texts to learn from.

use super::SentenceVectors;
use crate::learn::features::Features;

/// Why examples cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExampleError {
    /// A text with several labels among texts that have one.
    #[error("text {line} has {found} labels, others here have one; use \"intents\" on every line")]
    SeveralLabels {
        /// Which one, from 1.
        line: usize,
        /// How many it has.
        found: usize,
    },
    /// Nothing to tell apart.
    #[error("{found} different labels are too few to learn from; at least 2 are needed")]
    FewClasses {
        /// How many there are.
        found: usize,
    },
    /// A label that training has not seen.
    #[error("the label \"{label}\" of the dev part is not in the training part")]
    UnknownLabel {
        /// The label.
        label: String,
    },
    /// Vectors of other texts.
    #[error("there are {found} vectors for {wanted} texts")]
    VectorCount {
        /// How many vectors.
        found: usize,
        /// How many texts.
        wanted: usize,
    },
    /// Both parts need vectors by one encoder, or neither has any.
    #[error("training part and dev part do not have vectors by the same encoder")]
    DevVectors,
}

/// Labelled texts.
#[derive(Clone, Debug)]
pub struct IntentExamples {
    pub(super) many: bool,
    pub(super) texts: Vec<Features>,
    /// Empty: out of scope, or, where texts have many labels, none of them.
    pub(super) labels: Vec<Vec<String>>,
    pub(super) vectors: Option<SentenceVectors>,
}

impl IntentExamples {
    /// For texts with one label each, or none where they are out of scope.
    pub fn one_label() -> Self {
        Self { many: false, texts: Vec::new(), labels: Vec::new(), vectors: None }
    }

    /// For texts with any number of labels.
    pub fn many_labels() -> Self {
        Self { many: true, ..Self::one_label() }
    }

    /// Adds a text as n-grams ([`Reader::features`](crate::Reader::features)).
    ///
    /// # Errors
    /// [`ExampleError::SeveralLabels`] where one was promised.
    pub fn push(&mut self, text: Features, labels: &[String]) -> Result<(), ExampleError> {
        if !self.many && labels.len() > 1 {
            return Err(ExampleError::SeveralLabels { line: self.texts.len() + 1, found: labels.len() });
        }
        self.texts.push(text);
        self.labels.push(labels.to_vec());
        Ok(())
    }

    /// Gives every text its vector, so that a stage for the encoder is learned as well.
    ///
    /// # Errors
    /// [`ExampleError::VectorCount`] where there is not one for each text.
    pub fn set_vectors(&mut self, vectors: SentenceVectors) -> Result<(), ExampleError> {
        let (found, wanted) = (vectors.values.len(), self.texts.len());
        if found != wanted {
            return Err(ExampleError::VectorCount { found, wanted });
        }
        self.vectors = Some(vectors);
        Ok(())
    }

    /// How many texts.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The different labels, ascending.
    pub(super) fn classes(&self) -> Result<Vec<String>, ExampleError> {
        let mut classes: Vec<String> = self.labels.iter().flatten().cloned().collect();
        classes.sort_unstable();
        classes.dedup();
        let least = if self.many { 1 } else { 2 };
        if classes.len() < least {
            return Err(ExampleError::FewClasses { found: classes.len() });
        }
        Ok(classes)
    }

    /// The labels as indices into `classes`.
    pub(super) fn indices(&self, classes: &[String]) -> Result<Vec<Vec<usize>>, ExampleError> {
        let index = |label: &String| {
            classes.binary_search(label).map_err(|_| ExampleError::UnknownLabel { label: label.clone() })
        };
        self.labels.iter().map(|labels| labels.iter().map(index).collect()).collect()
    }
}
