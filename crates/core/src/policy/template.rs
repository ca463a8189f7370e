//! Policies to begin with, one for each trade, with their tests.

/// A policy that ships with Segue.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// To ask for it.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// What it is made for, in one sentence.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! template {
    ($name:literal, $title:literal, $about:literal) => {
        Template {
            name: $name,
            title: $title,
            about: $about,
            text: include_str!(concat!("../../policies/", $name, ".toml")),
        }
    };
}

/// All of them.
pub static TEMPLATES: &[Template] = &[
    template!("e-commerce", "Online shop", "Lost parcels, refunds above a sum, replacements, the checkout."),
    template!(
        "saas",
        "Software",
        "Failed payments, cancellations, outages, large customers, wishes for the product."
    ),
    template!(
        "fintech",
        "Banking and payments",
        "Fraud, disputed charges, blocked cards, complaints with a deadline."
    ),
    template!("telecom", "Telecommunications", "Outages, contract ends, number transfers, bills."),
    template!("travel", "Travel", "Cancelled trips, journeys that begin today, people who are stranded."),
];

/// The template of this name.
pub fn named(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
