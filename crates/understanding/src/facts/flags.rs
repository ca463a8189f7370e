//! Cues that call for the finders of facts.

use crate::lexicon::Flag;

#[rustfmt::skip]
pub(crate) const FLAGS: &[(Flag, &[&str])] = &[
    (
        Flag::Label,
        &[
            "order*", "purchase", "invoice*", "inv", "bill", "booking*", "reservation*", "confirmation",
            "pnr", "itinerary", "claim*", "policy*", "contract*", "tracking*", "parcel*", "shipment*", "awb",
            "reference*", "ref", "case", "ticket*", "refund*", "cancellation*", "return", "rma", "incident*",
            "request", "account*", "acct", "customer*", "client*", "member*", "loyalty", "iban", "username*",
            "user*", "login*", "handle", "serial*", "sku", "item*", "product*", "model*", "part", "error*",
            "code*", "ssn", "social security", "zip*", "postcode*", "postal", "card*", "password*",
            "passcode", "pin", "company", "organisation", "organization", "employer", "email*", "phone*",
            "name", "id", "address", "pedido*", "factura*", "reserva*", "poliza*", "contrato*", "cuenta*",
            "cliente*", "referencia*", "usuario*", "commande*", "facture*", "reservation*", "dossier*",
            "compte*", "client*", "contrat*", "suivi*", "utilisateur*", "bestellung*", "bestellnummer*",
            "auftrag*", "auftragsnummer*", "rechnung*", "rechnungsnummer*", "buchung*", "buchungsnummer*",
            "vertrag*", "vertragsnummer*", "kundennummer*", "kontonummer*", "sendung*", "sendungsnummer*",
            "benutzername*", "vorgang*", "ordine*", "fattura*", "prenotazione*", "contratto*", "conto*",
            "utente*", "spedizione*", "encomenda*", "fatura*", "conta*", "bestelling*", "bestelnummer*",
            "ordernummer*", "factuur*", "factuurnummer*", "boeking*", "klantnummer*", "zamowieni*",
            "faktur*", "siparis*", "注文番号", "订单号", "订单编号", "訂單",
        ],
    ),
    (
        Flag::Name,
        &[
            "name", "this is", "i am", "i'm", "im", "call me", "it's", "me llamo", "mi nombre", "soy",
            "je m'appelle", "je suis", "mon nom", "ich heise", "ich heisse", "ich bin", "mein name",
            "mi chiamo", "sono", "meu nome", "me chamo", "sou", "mijn naam", "ik ben", "ik heet",
            "nazywam sie", "adim", "regards", "cheers", "from",
        ],
    ),
    (
        Flag::Date,
        &[
            "jan", "january", "feb", "february", "mar", "march", "apr", "april", "may", "jun", "june", "jul",
            "july", "aug", "august", "sep", "sept", "september", "oct", "october", "nov", "november", "dec",
            "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon",
            "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "yesterday", "today", "tomorrow", "tonight",
            "morning", "afternoon", "evening", "week", "weeks", "month", "months", "year", "years", "day",
            "days", "ago", "hours", "am", "pm", "o'clock", "noon", "midnight", "quarter", "weekend", "enero",
            "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre", "lunes", "martes", "miercoles", "jueves", "viernes", "ayer", "hoy",
            "manana", "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre",
            "octobre", "novembre", "decembre", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi",
            "dimanche", "hier", "aujourd'hui", "demain", "januar", "februar", "marz", "juni", "juli",
            "oktober", "dezember", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag",
            "sonntag", "gestern", "heute", "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio",
            "settembre", "ottobre", "dicembre", "ieri", "oggi", "domani", "janeiro", "fevereiro", "marco",
            "maio", "junho", "julho", "setembro", "outubro", "dezembro", "ontem", "hoje", "amanha",
            "gisteren", "vandaag", "morgen",
        ],
    ),
    (
        Flag::Street,
        &[
            "street", "st", "avenue", "ave", "road", "rd", "lane", "ln", "drive", "dr", "boulevard", "blvd",
            "court", "ct", "place", "pl", "square", "sq", "terrace", "highway", "hwy", "parkway", "pkwy",
            "way", "circle", "cir", "crescent", "apt", "apartment", "suite", "close", "grove", "gardens",
            "calle", "avenida", "avda", "plaza", "paseo", "rue", "allee", "chemin", "quai", "strasse*",
            "weg", "platz", "gasse", "via", "viale", "piazza", "corso", "rua", "travessa", "straat", "laan",
            "plein", "ulica", "ul", "caddesi", "sokak",
        ],
    ),
    (
        Flag::Device,
        &[
            "safari", "chrome", "firefox", "edge", "opera", "brave", "internet explorer", "iphone*", "ipad*",
            "ipod*", "android", "samsung", "galaxy*", "pixel*", "huawei", "xiaomi", "oneplus", "macbook*",
            "imac", "mac", "macos", "windows", "linux", "ubuntu", "ios", "ipados", "chromebook", "surface",
            "kindle*", "playstation", "ps5", "ps4", "xbox", "apple watch", "airpods", "version",
        ],
    ),
    (
        Flag::Level,
        &[
            "bronze", "silver", "gold", "platinum", "diamond", "premium", "vip", "elite", "guest",
            "enterprise", "pro", "business", "basic", "plus", "starter", "team", "free", "oro", "plata",
            "platino", "argent", "or", "silber", "platin", "argento", "prata", "ouro", "goud", "zilver",
            "brons",
        ],
    ),
    (
        Flag::Error,
        &[
            "error*", "err", "code*", "failed", "fails", "message", "says", "status", "exception", "http",
            "fehler*", "erreur*", "errore*", "erro", "fout*", "blad", "hata", "エラー", "错误", "ошибка",
        ],
    ),
    (
        Flag::Organisation,
        &[
            "company", "work at", "work for", "working for", "working at", "on behalf of", "we are", "we're",
            "i'm with", "i am with", "from", "inc", "ltd", "llc", "gmbh", "corp", "ag", "sarl", "srl", "bv",
            "empresa", "entreprise", "societe", "firma", "azienda", "bedrijf",
        ],
    ),
];
