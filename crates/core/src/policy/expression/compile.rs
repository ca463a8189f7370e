//! From text to a checked tree.

use cel::{
    common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators as op},
    parser::Parser,
};

use super::{
    ExpressionError, TEXT_MAX_CHARS, advice,
    evaluate::{Compare, Constant, Math, Node},
    names::{has, path, resolve},
    pattern::pattern,
};
use crate::policy::scene::{FIELDS, Field, Kind};

/// The most parentheses within each other.
const DEPTH_MAX: u16 = 24;
/// The most values in a list.
const VALUES_MAX: usize = 100;

/// What a part is known to give before it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Type {
    Text,
    Whole,
    Number,
    Boolean,
    /// An attribute: told only at the moment.
    Any,
}

impl Type {
    fn fits(self, wanted: Self) -> bool {
        self == wanted || self == Type::Any || wanted == Type::Any
    }

    /// Whether there is a comparison between them: numbers compare with and without a point.
    fn compares(self, other: Self) -> bool {
        self.fits(other) || (self.is_number() && other.is_number())
    }

    fn is_number(self) -> bool {
        matches!(self, Type::Whole | Type::Number | Type::Any)
    }

    fn name(self) -> &'static str {
        match self {
            Type::Text => "a text",
            Type::Whole => "a whole number",
            Type::Number => "a number",
            Type::Boolean => "yes or no",
            Type::Any => "an attribute",
        }
    }
}

pub(in crate::policy) type Typed = (Node, Type);

pub(super) fn compile(text: &str) -> Result<Node, ExpressionError> {
    let all = |message: String, hint: Option<&str>| ExpressionError {
        message,
        hint: hint.map(str::to_owned),
        start: 0,
        end: text.chars().count(),
    };
    if text.trim().is_empty() {
        return Err(all(
            "the expression is empty".into(),
            Some("leave `if` out where nothing is to be asked"),
        ));
    }
    if text.chars().count() > TEXT_MAX_CHARS {
        let message = format!("an expression has at most {TEXT_MAX_CHARS} characters");
        return Err(all(message, Some("split it into several rules, or into conditions under `when`")));
    }
    let parser = Parser::new().max_recursion_depth(DEPTH_MAX).error_recovery_limit(2);
    let (parsed, source) =
        parser.parse_with_source_info(text).map_err(|errors| advice::unparsed(text, &errors))?;
    let compiler = Compiler { text, source };
    let (node, kind) = compiler.typed(&parsed)?;
    if kind.fits(Type::Boolean) {
        return Ok(node);
    }
    Err(all(
        format!("the expression gives {}, and a rule needs yes or no", kind.name()),
        Some("compare it with something, as in `reading.frustration > 0.5`"),
    ))
}

const TEXT_CALLS: [&str; 4] = ["contains", "startsWith", "endsWith", "matches"];
const FUNCTIONS: &str = "there are size(), has(), contains(), startsWith(), endsWith() and matches()";

fn is_order(operator: &str) -> bool {
    [op::LESS, op::LESS_EQUALS, op::GREATER, op::GREATER_EQUALS].contains(&operator)
}

/// Names as the texts that they were meant to be: `["sat", "sun"]`.
fn quoted(values: &[IdedExpr]) -> Option<String> {
    let names = values.iter().map(|value| match &value.expr {
        Expr::Ident(name) => Some(format!("\"{name}\"")),
        _ => None,
    });
    let names: Vec<String> = names.collect::<Option<_>>()?;
    Some(format!("texts stand in quotation marks: `[{}]`", names.join(", ")))
}

/// What a backslash before a letter makes of it, where a pattern means something else.
const ESCAPED: [(char, char); 4] = [('b', '\u{8}'), ('a', '\u{7}'), ('f', '\u{c}'), ('v', '\u{b}')];

fn too_large() -> String {
    format!("the number is too large: at most {} is counted", i64::MAX)
}

struct Compiler<'a> {
    text: &'a str,
    source: SourceInfo,
}

impl Compiler<'_> {
    fn error(&self, at: &IdedExpr, message: String, hint: Option<String>) -> ExpressionError {
        let (start, end) = self.span(at);
        ExpressionError { message, hint, start, end }
    }

    /// From the first to the last character of everything in the part.
    fn span(&self, at: &IdedExpr) -> (usize, usize) {
        let all = self.text.chars().count();
        self.reach(at).map_or((0, all), |(start, end)| (start, end.min(all)))
    }

    /// The parser tells where the token of each part stands; the rest follows from the parts.
    fn reach(&self, at: &IdedExpr) -> Option<(usize, usize)> {
        let token = self.source.offset_for(at.id).map(|(from, to)| (from as usize, to as usize + 1));
        let widest = |spans: &[Option<(usize, usize)>]| {
            spans.iter().flatten().copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        match &at.expr {
            Expr::Select(select) => {
                let (start, end) = self.reach(&select.operand)?;
                Some((start, end + 1 + select.field.chars().count()))
            }
            Expr::Call(call) if call.func_name == op::INDEX => {
                let (start, _) = self.reach(call.args.first()?)?;
                let key = self.reach(call.args.get(1)?)?.0;
                let rest = self.text.chars().skip(key);
                Some((start, key + rest.take_while(|c| *c != ']').count() + 1))
            }
            Expr::Call(call) => {
                let mut spans: Vec<_> = call.args.iter().map(|part| self.reach(part)).collect();
                spans.extend(call.target.iter().map(|target| self.reach(target)));
                spans.push(token);
                let (mut start, mut end) = widest(&spans)?;
                if call.func_name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                    // Of a function the token is its parenthesis.
                    let before = if call.target.is_none() { call.func_name.chars().count() } else { 0 };
                    start = start.saturating_sub(before);
                    let rest = self.text.chars().skip(end);
                    end += rest.take_while(|c| *c != ')').count() + 1;
                }
                Some((start, end))
            }
            Expr::List(list) => {
                let mut spans: Vec<_> = list.elements.iter().map(|part| self.reach(part)).collect();
                spans.push(token);
                widest(&spans)
            }
            _ => token,
        }
    }

    fn typed(&self, at: &IdedExpr) -> Result<Typed, ExpressionError> {
        match &at.expr {
            Expr::Literal(literal) => self.literal(at, literal),
            Expr::Ident(_) => self.named(at),
            Expr::Select(select) => self.select(at, select),
            Expr::Call(call) => self.call(at, call),
            // A macro is known by its parenthesis alone: the whole text is shown.
            Expr::Comprehension(_) => Err(ExpressionError {
                message: "`all`, `exists`, `map` and `filter` go through lists without a bound".into(),
                hint: Some("ask a list with `in`, as in `\"refund\" in reading.topics`".into()),
                start: 0,
                end: self.text.chars().count(),
            }),
            Expr::List(_) => Err(self.error(
                at,
                "a list can only stand to the right of `in`".into(),
                Some("write `customer.tier in [\"pro\", \"enterprise\"]`".into()),
            )),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(self.error(at, "this has no meaning in a rule".into(), None))
            }
        }
    }

    fn truth(&self, at: &IdedExpr) -> Result<Node, ExpressionError> {
        self.of_type(at, Type::Boolean)
    }

    fn of_type(&self, at: &IdedExpr, wanted: Type) -> Result<Node, ExpressionError> {
        let (node, kind) = self.typed(at)?;
        if kind.fits(wanted) {
            return Ok(node);
        }
        Err(self.error(at, format!("this is {}, and {} is needed here", kind.name(), wanted.name()), None))
    }

    fn literal(&self, at: &IdedExpr, literal: &LiteralValue) -> Result<Typed, ExpressionError> {
        self.constant(at, literal).map(|(constant, kind)| (Node::Constant(constant), kind))
    }

    fn constant(&self, at: &IdedExpr, literal: &LiteralValue) -> Result<(Constant, Type), ExpressionError> {
        let other = "only texts, numbers, `true` and `false` can be compared with";
        Ok(match literal {
            LiteralValue::Boolean(truth) => (Constant::Boolean(*truth.inner()), Type::Boolean),
            LiteralValue::Double(number) => (Constant::Number(*number.inner()), Type::Number),
            LiteralValue::Int(whole) => (Constant::Whole(*whole.inner()), Type::Whole),
            LiteralValue::UInt(whole) => match i64::try_from(*whole.inner()) {
                Ok(whole) => (Constant::Whole(whole), Type::Whole),
                Err(_) => return Err(self.error(at, too_large(), None)),
            },
            LiteralValue::String(text) => (Constant::Text(self.text(at, text.inner())?.into()), Type::Text),
            LiteralValue::Bytes(_) => {
                return Err(self.error(at, other.into(), Some("leave out the `b` before the text".into())));
            }
            LiteralValue::Null => {
                let hint = "ask whether there is a value with `has(customer.health)`";
                return Err(self.error(at, other.into(), Some(hint.into())));
            }
        })
    }

    /// A text as it is meant. `"\bfoo\b"` holds two backspaces, which nobody types and no turn has.
    fn text<'t>(&self, at: &IdedExpr, text: &'t str) -> Result<&'t str, ExpressionError> {
        let letter = |sign: char| Some(ESCAPED.iter().find(|(_, escaped)| *escaped == sign)?.0);
        let Some(letter) = text.chars().find_map(letter) else { return Ok(text) };
        let hint = format!("write r{}, so that the backslash stays one", self.source(at));
        Err(self.error(at, format!("`\\{letter}` is a control sign in this text"), Some(hint)))
    }

    /// The part as it is written.
    fn source(&self, at: &IdedExpr) -> String {
        let (start, end) = self.span(at);
        self.text.chars().skip(start).take(end - start).collect()
    }

    fn select(&self, at: &IdedExpr, select: &SelectExpr) -> Result<Typed, ExpressionError> {
        if !select.test {
            return self.named(at);
        }
        // `has(customer.health)`: the part without the test is the field itself.
        let inner = IdedExpr {
            id: at.id,
            expr: Expr::Select(SelectExpr {
                operand: select.operand.clone(),
                field: select.field.clone(),
                test: false,
            }),
        };
        let (node, _) = self.named(&inner)?;
        Ok((Node::Known(Box::new(node)), Type::Boolean))
    }

    fn named(&self, at: &IdedExpr) -> Result<Typed, ExpressionError> {
        let Some(name) = path(at) else {
            return Err(self.error(at, "only fields have parts".into(), None));
        };
        resolve(&name).map_err(|(message, hint)| self.error(at, message, hint))
    }

    fn call(&self, at: &IdedExpr, call: &CallExpr) -> Result<Typed, ExpressionError> {
        let args = call.args.as_slice();
        let node = match (call.func_name.as_str(), args) {
            (op::LOGICAL_AND, [_, _]) => Node::All(self.chain(at, op::LOGICAL_AND)?),
            (op::LOGICAL_OR, [_, _]) => Node::Any(self.chain(at, op::LOGICAL_OR)?),
            (op::LOGICAL_NOT, [part]) => Node::Not(Box::new(self.truth(part)?)),
            (op::IN, [part, list]) => self.membership(part, list)?,
            (op::CONDITIONAL, [test, yes, no]) => return self.conditional(at, test, yes, no),
            (op::NEGATE, [part]) => return self.negated(at, part),
            (op::INDEX, [_, _]) => return self.named(at),
            ("size", []) | ("size", [_]) => return self.size(at, call),
            ("contains" | "startsWith" | "endsWith" | "matches", [part]) => self.text_call(at, call, part)?,
            (name, [left, right]) => return self.binary(at, name, left, right),
            (name, _) => return Err(self.unknown_function(at, name)),
        };
        Ok((node, Type::Boolean))
    }

    /// `a && b && c` as one node with three parts.
    fn chain(&self, at: &IdedExpr, operator: &str) -> Result<Vec<Node>, ExpressionError> {
        let mut parts = vec![];
        let mut open = vec![at];
        while let Some(part) = open.pop() {
            match &part.expr {
                Expr::Call(call) if call.func_name == operator => open.extend(call.args.iter().rev()),
                _ => parts.push(self.truth(part)?),
            }
        }
        Ok(parts)
    }

    fn conditional(
        &self,
        at: &IdedExpr,
        test: &IdedExpr,
        yes: &IdedExpr,
        no: &IdedExpr,
    ) -> Result<Typed, ExpressionError> {
        let ((yes, kind), (no, other)) = (self.typed(yes)?, self.typed(no)?);
        if !kind.fits(other) {
            let message = format!("one side gives {}, the other {}", kind.name(), other.name());
            return Err(self.error(at, message, None));
        }
        Ok((Node::If(Box::new([self.truth(test)?, yes, no])), kind))
    }

    fn negated(&self, at: &IdedExpr, part: &IdedExpr) -> Result<Typed, ExpressionError> {
        let (node, kind) = self.typed(part)?;
        match node {
            Node::Constant(Constant::Whole(whole)) => match whole.checked_neg() {
                Some(negative) => Ok((Node::Constant(Constant::Whole(negative)), kind)),
                None => Err(self.error(at, too_large(), None)),
            },
            Node::Constant(Constant::Number(number)) => Ok((Node::Constant(Constant::Number(-number)), kind)),
            node if kind.is_number() => Ok((Node::Negate(Box::new(node)), kind)),
            _ => Err(self.error(part, format!("{} has no negative", kind.name()), None)),
        }
    }

    fn membership(&self, part: &IdedExpr, list: &IdedExpr) -> Result<Node, ExpressionError> {
        if let Expr::List(values) = &list.expr {
            let (node, kind) = self.typed(part)?;
            if values.elements.len() > VALUES_MAX {
                return Err(self.error(list, format!("a list has at most {VALUES_MAX} values"), None));
            }
            let constants = values.elements.iter().map(|value| match self.typed(value) {
                Ok((Node::Constant(constant), found)) if found.compares(kind) => Ok(constant),
                Ok((Node::Constant(_), _)) => {
                    Err(self.error(value, format!("this value is not {}", kind.name()), None))
                }
                Err(problem) if !matches!(value.expr, Expr::Ident(_)) => Err(problem),
                _ => {
                    let hint = quoted(&values.elements);
                    Err(self.error(value, "a list holds plain values only".into(), hint))
                }
            });
            return Ok(Node::OneOf(Box::new(node), constants.collect::<Result<_, _>>()?));
        }
        let name = path(list).unwrap_or_default();
        let Some(field) = Field::named(&name).filter(|field| field.kind() == Kind::List) else {
            let lists = FIELDS.iter().filter(|field| field.kind() == Kind::List).map(|field| field.name);
            let hint = format!("lists are {}", lists.collect::<Vec<_>>().join(", "));
            return Err(self.error(list, "this is no list".into(), Some(hint)));
        };
        let Expr::Literal(LiteralValue::String(word)) = &part.expr else {
            let hint = format!("write a text, as in `\"refund\" in {name}`");
            return Err(self.error(part, "only a text can be looked for in a list".into(), Some(hint)));
        };
        has(field, word.inner()).map_err(|(message, hint)| self.error(part, message, hint))
    }

    fn size(&self, at: &IdedExpr, call: &CallExpr) -> Result<Typed, ExpressionError> {
        let Some(part) = call.target.as_deref().or(call.args.first()) else {
            return Err(self.error(
                at,
                "size() of what?".into(),
                Some("write `size(reading.topics)`".into()),
            ));
        };
        let list = path(part).and_then(|name| Field::named(&name)).filter(|field| field.kind() == Kind::List);
        let node = match list {
            Some(field) => Node::Size(field),
            None => Node::Length(Box::new(self.of_type(part, Type::Text)?)),
        };
        Ok((node, Type::Whole))
    }

    fn text_call(&self, at: &IdedExpr, call: &CallExpr, part: &IdedExpr) -> Result<Node, ExpressionError> {
        let Some(target) = call.target.as_deref() else {
            let hint = format!("write `reading.text.{}(\"...\")`", call.func_name);
            return Err(self.error(at, format!("{}() belongs to a text", call.func_name), Some(hint)));
        };
        let text = self.of_type(target, Type::Text)?;
        if call.func_name == "matches" {
            let Expr::Literal(LiteralValue::String(written)) = &part.expr else {
                return Err(self.error(part, "the pattern of matches() is written out".into(), None));
            };
            let regex = pattern(self.text(part, written.inner())?);
            let regex = regex.map_err(|(message, hint)| self.error(part, message, hint))?;
            return Ok(Node::Matches(Box::new(text), regex));
        }
        let parts = Box::new([text, self.of_type(part, Type::Text)?]);
        Ok(match call.func_name.as_str() {
            "contains" => Node::Contains(parts),
            "startsWith" => Node::StartsWith(parts),
            _ => Node::EndsWith(parts),
        })
    }

    fn binary(
        &self,
        at: &IdedExpr,
        name: &str,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Result<Typed, ExpressionError> {
        let compare = match name {
            op::EQUALS => Some(Compare::Is),
            op::NOT_EQUALS => Some(Compare::IsNot),
            op::GREATER => Some(Compare::Above),
            op::GREATER_EQUALS => Some(Compare::AtLeast),
            op::LESS => Some(Compare::Below),
            op::LESS_EQUALS => Some(Compare::AtMost),
            _ => None,
        };
        let math = match name {
            op::ADD => Some(Math::Add),
            op::SUBSTRACT => Some(Math::Subtract),
            op::MULTIPLY => Some(Math::Multiply),
            op::DIVIDE => Some(Math::Divide),
            op::MODULO => Some(Math::Remainder),
            _ => None,
        };
        if compare.is_none() && math.is_none() {
            return Err(self.unknown_function(at, name));
        }
        let between = (left, name.trim_matches('_'), right);
        let ((left, one), (right, other)) = (self.typed(left)?, self.typed(right)?);
        if let Some(compare) = compare {
            if one.compares(other) {
                return Ok((Node::Compare(compare, Box::new([left, right])), Type::Boolean));
            }
            let message = format!("{} cannot be compared with {}", one.name(), other.name());
            return Err(self.error(at, message, self.between(between)));
        }
        let math = math.expect("one of the two, as checked above");
        let remainder = math == Math::Remainder && (one == Type::Number || other == Type::Number);
        if !one.is_number() || !other.is_number() || remainder {
            return Err(self.error(
                at,
                format!("{} and {} cannot be calculated with", one.name(), other.name()),
                None,
            ));
        }
        if !one.fits(other) {
            let hint = "write whole numbers with a point where the other side has one: `2.0`";
            let message = "a whole number and a number with a point cannot be mixed in a sum".into();
            return Err(self.error(at, message, Some(hint.into())));
        }
        Ok((Node::Math(math, Box::new([left, right])), if one == Type::Any { other } else { one }))
    }

    /// `8 < time.hour < 18` as two comparisons, where it is one.
    fn between(&self, (left, sign, right): (&IdedExpr, &str, &IdedExpr)) -> Option<String> {
        let Expr::Call(call) = &left.expr else { return None };
        let ([_, middle], true) = (call.args.as_slice(), is_order(&call.func_name)) else { return None };
        let [left, middle, right] = [left, middle, right].map(|part| self.source(part));
        Some(format!("write `{left} && {middle} {sign} {right}`"))
    }

    fn unknown_function(&self, at: &IdedExpr, name: &str) -> ExpressionError {
        let Expr::Call(call) = &at.expr else { return self.error(at, format!("there is no `{name}`"), None) };
        let hint = match call.args.as_slice() {
            [text, part] if TEXT_CALLS.contains(&name) => {
                format!("write `{}.{name}({})`", self.source(text), self.source(part))
            }
            _ => advice::instead(name).map_or_else(|| FUNCTIONS.into(), str::to_owned),
        };
        self.error(at, format!("there is no `{name}` with these values"), Some(hint))
    }
}
