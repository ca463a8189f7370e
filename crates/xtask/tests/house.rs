//! The rules of the house that a machine can check: which crate may know which, what no file may contain, and
//! that the documents and the code speak of the same things.

#[path = "house/direction.rs"]
mod direction;
#[path = "house/documents.rs"]
mod documents;
#[path = "house/texts.rs"]
mod texts;
#[path = "house/tree.rs"]
mod tree;
