//! From text to a checked tree.

use cel::{
    common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators as op},
    parser::{ParseErrors, Parser},
};
use regex::RegexBuilder;

use super::{
    ExpressionError, TEXT_MAX_CHARS,
    evaluate::{Compare, Constant, Math, Node},
};
use crate::{
    policy::scene::{FIELDS, Field, Kind, PREFIXES, Read},
    signal,
};

/// The most parentheses within each other.
const DEPTH_MAX: u16 = 24;
/// The most values in a list.
const VALUES_MAX: usize = 100;
/// The most memory of a regular expression, bytes.
const REGEX_MAX_BYTES: usize = 64 * 1024;

/// What is wrong, and what to write instead.
type Unfit = (String, Option<String>);

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
    let (parsed, source) = parser.parse_with_source_info(text).map_err(|errors| unparsed(text, &errors))?;
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

fn unparsed(text: &str, errors: &ParseErrors) -> ExpressionError {
    let first = errors.errors.first();
    let (line, column) = first.map_or((1, 0), |error| error.pos);
    let lines = text.split_inclusive('\n').take(line.max(1) as usize - 1);
    let before: usize = lines.map(|line| line.chars().count()).sum();
    let end = text.chars().count();
    let start = (before + column.max(1) as usize - 1).min(end.saturating_sub(1));
    let said = first.map(|error| error.msg.as_str()).unwrap_or_default();
    let message = match said.split_once(':').map_or(said, |(_, rest)| rest).trim() {
        "" => "this is no expression".to_owned(),
        said => format!("this is no expression: {said}"),
    };
    let hint = match said.contains("reserved identifier: package") {
        true => "write `context` instead of `package`, as in `context.amount > 500.0`",
        false => "write it like `customer.tier == \"enterprise\" && reading.frustration > 0.5`",
    };
    let hint = Some(hint.to_owned());
    ExpressionError { message, hint, start, end }
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
        Ok(match constant(literal) {
            Some((constant, kind)) => (Node::Constant(constant), kind),
            None => {
                return Err(self.error(
                    at,
                    "only texts, numbers, `true` and `false` can be compared with".into(),
                    None,
                ));
            }
        })
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
                None => {
                    let message = format!("the number is too large: at most {} is counted", i64::MAX);
                    Err(self.error(at, message, None))
                }
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
            let constants = values.elements.iter().map(|value| match &value.expr {
                Expr::Literal(literal) => match constant(literal) {
                    Some((constant, found)) if found.fits(kind) => Ok(constant),
                    _ => Err(self.error(value, format!("this value is not {}", kind.name()), None)),
                },
                _ => Err(self.error(value, "a list holds plain values only".into(), None)),
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
            let Expr::Literal(LiteralValue::String(pattern)) = &part.expr else {
                return Err(self.error(part, "the pattern of matches() is written out".into(), None));
            };
            let regex = RegexBuilder::new(pattern.inner()).size_limit(REGEX_MAX_BYTES).build();
            let regex = regex
                .map_err(|problem| self.error(part, format!("no regular expression: {problem}"), None))?;
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
        let ((left, one), (right, other)) = (self.typed(left)?, self.typed(right)?);
        if let Some(compare) = compare {
            if one.fits(other) || (one.is_number() && other.is_number()) {
                return Ok((Node::Compare(compare, Box::new([left, right])), Type::Boolean));
            }
            let message = format!("{} cannot be compared with {}", one.name(), other.name());
            return Err(self.error(at, message, None));
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

    fn unknown_function(&self, at: &IdedExpr, name: &str) -> ExpressionError {
        let hint = "there are size(), has(), contains(), startsWith(), endsWith() and matches()";
        self.error(at, format!("there is no `{name}` with these values"), Some(hint.into()))
    }
}

/// A field by its name, as a value of its type; what is wrong with the name, and what to write instead.
pub(in crate::policy) fn resolve(name: &str) -> Result<Typed, Unfit> {
    if let Some(signal) = name.strip_prefix("signal.") {
        let known = signal::names().any(|known| known == signal);
        return if known {
            Ok((Node::Signal(signal.into()), Type::Number))
        } else {
            Err((format!("there is no signal `{signal}`"), suggestion(signal, signal::names())))
        };
    }
    if let Some(attribute) = name.strip_prefix("customer.attributes.") {
        return Ok((Node::Attribute(attribute.into()), Type::Any));
    }
    let Some(field) = Field::named(name) else {
        let names = FIELDS.iter().map(|field| field.name);
        let prefixes = PREFIXES.iter().map(|(prefix, _)| *prefix);
        if let Some(rest) = name.strip_prefix("package.") {
            return Err((format!("there is no field `{name}`"), Some(format!("write `context.{rest}`"))));
        }
        return Err((format!("there is no field `{name}`"), suggestion(name, names.chain(prefixes))));
    };
    let kind = match field.kind() {
        Kind::Text => Type::Text,
        Kind::Whole => Type::Whole,
        Kind::Number => Type::Number,
        Kind::Boolean => Type::Boolean,
        Kind::List => {
            let hint = format!("write `\"...\" in {name}` or `size({name}) > 0`");
            return Err((format!("`{name}` is a list"), Some(hint)));
        }
    };
    Ok((Node::Field(field), kind))
}

/// Whether a list holds a word.
pub(in crate::policy) fn has(field: &'static Field, word: &str) -> Result<Node, Unfit> {
    let Read::List(list) = field.read else {
        return Err((format!("`{}` is no list", field.name), None));
    };
    match (list.member)(word) {
        Some(member) => Ok(Node::Has(field, member)),
        None => {
            let members = (list.members)();
            let hint = suggestion(word, members.iter().map(String::as_str));
            Err((format!("`{}` never holds `{word}`", field.name), hint))
        }
    }
}

fn constant(literal: &LiteralValue) -> Option<(Constant, Type)> {
    Some(match literal {
        LiteralValue::Boolean(truth) => (Constant::Boolean(*truth.inner()), Type::Boolean),
        LiteralValue::Double(number) => (Constant::Number(*number.inner()), Type::Number),
        LiteralValue::Int(whole) => (Constant::Whole(*whole.inner()), Type::Whole),
        LiteralValue::UInt(whole) => (Constant::Whole(i64::try_from(*whole.inner()).ok()?), Type::Whole),
        LiteralValue::String(text) => (Constant::Text(text.inner().into()), Type::Text),
        LiteralValue::Bytes(_) | LiteralValue::Null => return None,
    })
}

/// `customer.attributes["plan"]` and `customer.attributes.plan` as a name with points.
fn path(at: &IdedExpr) -> Option<String> {
    match &at.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        Expr::Call(call) if call.func_name == op::INDEX => match (&call.args[0], &call.args.get(1)?.expr) {
            (of, Expr::Literal(LiteralValue::String(key))) => Some(format!("{}.{}", path(of)?, key.inner())),
            _ => None,
        },
        _ => None,
    }
}

/// The word that was probably meant.
pub(in crate::policy) fn suggestion<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut near: Vec<(usize, &str)> =
        words.map(|known| (strsim::damerau_levenshtein(word, known), known)).collect();
    near.sort_unstable();
    let (best, known) = *near.first()?;
    if best <= (known.chars().count() / 3).max(2) {
        return Some(format!("did you mean `{known}`?"));
    }
    let mut all: Vec<&str> = near.into_iter().map(|(_, known)| known).collect();
    all.sort_unstable();
    Some(format!("known are {}", all.join(", ")))
}
