//! Knowledge for the built-in assistant: an index over an organisation's articles, search that returns the best
//! paragraph, and an extractive, cited answer that admits when it does not know.

mod answer;
mod article;
mod index;
mod outcomes;
mod passages;
mod terms;
mod vectors;

pub use answer::{Answer, Grounds};
pub use article::Article;
pub use index::{Hit, IndexError, KnowledgeIndex, Query};
pub use outcomes::Outcomes;
