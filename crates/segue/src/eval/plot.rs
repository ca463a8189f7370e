//! Reliability diagrams: what was said against what came true.

use std::{fmt::Write, fs, path::Path};

use anyhow::{Context, Result};
use segue_understanding::learn::measure::{Scored, ece, reliability};

const SIZE: f64 = 420.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 44.0;
const SIDE: f64 = 320.0;

/// Writes the diagram as SVG.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(path: &Path, title: &str, items: &[Scored]) -> Result<()> {
    fs::write(path, svg(title, items)).with_context(|| format!("{} cannot be written", path.display()))
}

fn svg(title: &str, items: &[Scored]) -> String {
    let x = |share: f64| LEFT + share * SIDE;
    let y = |share: f64| TOP + (1.0 - share) * SIDE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIZE} {SIZE}\" font-family=\"system-ui, sans-serif\" \
         font-size=\"12\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"14\" font-weight=\"600\">{title}: {} items, calibration error {:.3}</text>\
         <rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#ccc\"/>\
         <line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>",
        items.len(),
        ece(items),
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{share}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{share}</text>",
            x(share),
            TOP + SIDE + 18.0,
            LEFT - 8.0,
            y(share) + 4.0
        );
    }
    let bins = reliability(items);
    let most = bins.iter().map(|bin| bin.items).max().unwrap_or(1).max(1) as f64;
    let filled = bins.iter().filter(|bin| bin.items > 0);
    for bin in filled.clone() {
        let radius = 3.0 + 9.0 * (bin.items as f64 / most).sqrt();
        let _ = write!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"#4f46c8\" fill-opacity=\".55\"><title>{} items: said {:.2}, came \
             true {:.2}</title></circle>",
            x(bin.probability),
            y(bin.share),
            bin.items,
            bin.probability,
            bin.share
        );
    }
    let points: Vec<String> =
        filled.map(|bin| format!("{:.1},{:.1}", x(bin.probability), y(bin.share))).collect();
    let _ = write!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#4f46c8\" stroke-width=\"2\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\">probability said</text>\
         <text transform=\"translate(16 {}) rotate(-90)\" text-anchor=\"middle\">share that held</text></svg>",
        points.join(" "),
        x(0.5),
        TOP + SIDE + 40.0,
        y(0.5)
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_a_point_for_each_filled_bin() {
        let svg = svg("intent", &[(0.1, false), (0.9, true), (0.92, true)]);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("3 items"));
    }
}
