//! The figures of one evaluation.

use serde_json::{Map, Value, json};

/// Figures by name, in the order they were added.
#[derive(Clone, Debug, Default)]
pub struct Report(Map<String, Value>);

impl Report {
    /// Of a task over so many items.
    pub fn new(task: &str, items: usize) -> Self {
        let mut report = Self::default();
        report.0.insert("task".into(), json!(task));
        report.0.insert("items".into(), json!(items));
        report
    }

    /// Adds a share or an error, to four decimals. What cannot be computed is left out.
    pub fn number(&mut self, name: &str, value: impl Into<Option<f64>>) -> &mut Self {
        if let Some(value) = value.into() {
            self.0.insert(name.into(), json!((value * 1e4).round() / 1e4));
        }
        self
    }

    /// Adds anything else.
    pub fn value(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// One JSON document, or a table.
    pub fn print(&self, as_json: bool) {
        if as_json {
            println!("{}", Value::Object(self.0.clone()));
        } else {
            self.0.iter().for_each(row);
        }
    }
}

/// One figure; of a group, a line for each part.
fn row((name, value): (&String, &Value)) {
    let Value::Object(parts) = value else { return println!("{name:<20} {value:>12}") };
    println!("{name}");
    for (part, value) in parts {
        let figures = match value {
            Value::Object(figures) => {
                figures.iter().map(|(name, value)| format!("{name} {value:<8}")).collect::<String>()
            }
            value => value.to_string(),
        };
        println!("  {part:<20} {figures}");
    }
}

impl From<Report> for Value {
    fn from(report: Report) -> Self {
        Self::Object(report.0)
    }
}
