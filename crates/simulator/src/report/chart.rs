//! Charts as SVG. Names come in as they may stand in HTML.

use std::fmt::Write;

const WIDTH: f64 = 720.0;
const NAMES: f64 = 130.0;
const ROW: f64 = 28.0;
const TOP: f64 = 24.0;

/// One bar.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) range: Option<[f64; 2]>,
    pub(super) ours: bool,
}

/// Several dots in one row.
pub(super) struct Dots {
    pub(super) name: String,
    pub(super) values: Vec<f64>,
}

struct Svg {
    text: String,
    height: f64,
}

impl Svg {
    fn new(title: &str, height: f64) -> Self {
        let text = format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n"
        );
        Self { text, height }
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.add(format_args!(
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.0, from.1, to.0, to.1
        ));
    }

    fn label(&mut self, (x, y): (f64, f64), anchor: &str, class: &str, text: &str) {
        self.add(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    fn dot(&mut self, (x, y): (f64, f64), class: &str, told: &str) {
        self.add(format_args!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"><title>{told}</title></circle>"
        ));
    }

    fn add(&mut self, what: std::fmt::Arguments<'_>) {
        writeln!(self.text, "{what}").expect("writing into a string cannot fail");
    }

    fn end(self) -> String {
        self.text + "</svg>\n"
    }
}

/// From a value to its place.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn x(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low).max(1e-9);
        NAMES + share.clamp(0.0, 1.0) * (WIDTH - NAMES - 60.0)
    }

    /// Four or more round numbers.
    fn ticks(&self) -> Vec<f64> {
        let rough = (self.high - self.low).max(1e-9) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power >= rough).unwrap_or(10.0) * power;
        let first = (self.low / step).ceil() as i64;
        (first..).map(|at| at as f64 * step).take_while(|tick| *tick <= self.high + 1e-9).collect()
    }

    fn draw(&self, svg: &mut Svg) {
        for tick in self.ticks() {
            let (x, bottom) = (self.x(tick), svg.height - 20.0);
            svg.line("", (x, TOP), (x, bottom));
            let digits = usize::from((self.high - self.low) < 3.0);
            svg.label((x, svg.height - 4.0), "middle", "soft", &format!("{tick:.digits$}"));
        }
    }
}

/// Horizontal bars, with dashed lines at the bounds.
pub(super) fn bars(title: &str, list: &[Bar], bounds: &[(&str, f64)], digits: usize) -> String {
    let far = |bar: &Bar| bar.range.map_or(bar.value, |[_, high]| high.max(bar.value));
    let high = list.iter().map(far).chain(bounds.iter().map(|(_, value)| *value)).fold(1e-9, f64::max);
    let scale = Scale { low: 0.0, high: high * 1.05 };
    let mut svg = Svg::new(title, TOP + list.len() as f64 * ROW + 24.0);
    scale.draw(&mut svg);
    for (at, bar) in list.iter().enumerate() {
        let y = TOP + at as f64 * ROW + 4.0;
        let (x0, x1) = (scale.x(0.0), scale.x(bar.value));
        let class = if bar.ours { "ours" } else { "bar" };
        svg.label((NAMES - 8.0, y + 15.0), "end", "", &bar.name);
        svg.add(format_args!(
            "<rect class=\"{class}\" x=\"{x0:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"20\" rx=\"3\"/>",
            x1 - x0
        ));
        let mut end = x1;
        if let Some([low, high]) = bar.range {
            svg.line("mark", (scale.x(low), y + 10.0), (scale.x(high), y + 10.0));
            end = scale.x(high);
        }
        svg.label((end + 6.0, y + 15.0), "start", "", &format!("{:.digits$}", bar.value));
    }
    for (at, (name, value)) in bounds.iter().enumerate() {
        let (x, bottom) = (scale.x(*value), svg.height - 20.0);
        svg.line("bound", (x, TOP - 4.0), (x, bottom));
        // Bounds lie close together: one is named to the left of its line, the other to the right.
        let left = (*value, at) <= (bounds[1 - at.min(1)].1, 0);
        let (x, anchor) = if left { (x - 4.0, "end") } else { (x + 4.0, "start") };
        svg.label((x, TOP - 8.0), anchor, "soft", name);
    }
    svg.end()
}

/// A row of dots for each name, one dot for each series, in percent.
pub(super) fn dots(title: &str, list: &[Dots], series: &[String]) -> String {
    let all = list.iter().flat_map(|row| row.values.iter().copied());
    let low = all.fold(100.0, f64::min);
    let scale = Scale { low: (low - 2.0).max(0.0), high: 100.0 };
    let mut svg = Svg::new(title, TOP + list.len() as f64 * ROW + 24.0);
    scale.draw(&mut svg);
    for (at, name) in series.iter().enumerate() {
        let x = NAMES + at as f64 * 120.0;
        svg.dot((x, 10.0), &format!("s{}", at % 4), name);
        svg.label((x + 10.0, 14.0), "start", "soft", name);
    }
    for (at, row) in list.iter().enumerate() {
        let y = TOP + at as f64 * ROW + 14.0;
        svg.label((NAMES - 8.0, y + 5.0), "end", "", &row.name);
        for (at, value) in row.values.iter().enumerate() {
            let told = format!("{} {}: {value:.1} %", row.name, series[at]);
            svg.dot((scale.x(*value), y), &format!("s{}", at % 4), &told);
        }
    }
    svg.end()
}

/// One dot for each name from left to right, around a line.
pub(super) fn scatter(title: &str, points: &[(String, f64)], line: f64) -> String {
    let values = || points.iter().map(|(_, value)| *value).chain([line]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(0.0, f64::max));
    let (low, high) = (low - 0.05, high + 0.05);
    let mut svg = Svg::new(title, 240.0);
    let y = |value: f64| TOP + (high - value) / (high - low) * 180.0;
    for tick in (Scale { low, high }).ticks() {
        svg.line("", (50.0, y(tick)), (WIDTH, y(tick)));
        svg.label((44.0, y(tick) + 4.0), "end", "soft", &format!("{tick:.2}"));
    }
    svg.line("mark", (50.0, y(line)), (WIDTH, y(line)));
    let step = (WIDTH - 70.0) / points.len().max(1) as f64;
    for (at, (name, value)) in points.iter().enumerate() {
        let x = 60.0 + (at as f64 + 0.5) * step;
        svg.dot((x, y(*value)), "ours", &format!("{name}: {value:.3}"));
    }
    svg.end()
}
