//! Subjects that rules look at: cues, less the places where the same word means something else.

use regex::Regex;
use segue_core::reading::{Topic, TopicKind};

use crate::pattern::expression;
use crate::{
    acts::negated,
    lexicon::{Meaning, Scan},
    text::Span,
};

/// Folded words and phrases of each subject. The safety floor errs on the side of hearing too much.
#[rustfmt::skip]
pub(crate) const CUES: &[(TopicKind, &[&str])] = &[
    (
        TopicKind::SelfHarm,
        &[
            "kill myself", "killing myself", "end my life", "ending my life", "take my own life",
            "taking my own life", "suicide", "suicidal", "want to die", "wanna die", "hurt myself",
            "hurting myself", "harm myself", "harming myself", "self harm", "self-harm", "cut myself",
            "better off dead", "no reason to live", "don't want to live", "dont want to live",
            "do not want to live", "can't go on living", "not worth living", "end it all", "suicidarme",
            "quiero morir", "matarme", "quitarme la vida", "me suicider", "envie de mourir", "me tuer",
            "mettre fin a mes jours", "umbringen", "selbstmord", "suizid", "nicht mehr leben", "uccidermi",
            "suicidarmi", "voglio morire", "togliermi la vita", "me matar", "quero morrer", "suicidio",
            "zelfmoord", "mezelf van kant", "wil niet meer leven", "samobojstw*", "zabic sie", "intihar",
            "死にたい", "自杀", "自殺", "想死", "покончить с собой", "самоубийств", "הרוג את עצמי", "להתאבד", "انتحار",
            "أقتل نفسي", "자살",
        ],
    ),
    (
        TopicKind::Violence,
        &[
            "kill you", "kill him", "kill her", "kill them", "kill someone", "kill somebody",
            "kill everyone", "hurt you", "hurt someone", "hurt somebody", "beat you up", "shoot you",
            "shoot up", "bomb threat", "there is a bomb", "stab you", "stab someone", "murder you", "murder him", "murder her", "blow up your", "burn down", "burn your",
            "come to your office and", "i know where you live", "going to hurt", "death threat",
            "threatened to kill", "he hits me", "she hits me", "being abused", "in danger",
            "life threatening", "life-threatening", "carbon monoxide", "smell gas", "gas leak",
            "caught fire", "on fire", "is burning", "electric shock", "electrocuted", "te voy a matar",
            "os voy a matar", "je vais te tuer", "je vais vous tuer", "bring dich um", "bringe dich um",
            "bringe euch um", "ti ammazzo", "vi ammazzo", "vou te matar", "ik vermoord", "amenaza de bomba",
            "alerte a la bombe", "zabije cie", "seni oldur*", "殺す", "殺してやる", "杀了你", "убью",
        ],
    ),
    (
        TopicKind::Legal,
        &[
            "lawyer*", "attorney*", "solicitor*", "legal action", "legal team", "legal proceedings",
            "legal steps", "legally", "sue", "suing", "sued", "lawsuit*", "court", "courts", "small claims",
            "tribunal", "ombudsman", "ombudsperson", "litigation", "regulator", "regulators",
            "consumer protection", "consumer rights", "consumer court", "consumer forum",
            "trading standards", "better business bureau", "bbb complaint", "attorney general",
            "press charges", "formal complaint", "cease and desist", "breach of contract", "subpoena",
            "abogad*", "demandar*", "denuncia*", "tribunales", "juicio", "accion legal", "avocat*",
            "porter plainte", "plainte", "mise en demeure", "anwalt", "anwaltin", "rechtsanwalt*",
            "verklag*", "gericht", "klage", "anzeige erstatten", "verbraucherschutz", "verbraucherzentrale",
            "avvocat*", "denuncio", "tribunale", "vie legali", "advogad*", "processar", "procon",
            "na justica", "advocaat", "rechtbank", "aanklagen", "juridische stappen", "prawnik*", "adwokat*",
            "do sadu", "avukat*", "dava ac*", "mahkeme*", "弁護士", "訴え", "訴訟", "律师", "律師", "起诉", "起訴", "法院",
            "адвокат", "юрист", "в суд", "עורך דין", "תביעה", "محامي", "محكمة", "변호사", "고소",
        ],
    ),
    (
        TopicKind::Security,
        &[
            "hacked", "hacker*", "hack into", "hacking", "got into my account", "get into my account",
            "broke into my account", "logged in to my account", "logged into my account",
            "signed in to my account", "signed into my account", "access to my account",
            "accessed my account", "account was compromised", "account is compromised",
            "account has been compromised", "compromised", "account takeover", "taken over my account",
            "took over my account", "stolen account", "unauthorized", "unauthorised", "not authorized by me",
            "wasn't me", "was not me", "wasnt me", "didn't authorize", "didn't authorise",
            "did not authorize", "did not authorise", "don't recognize", "don't recognise",
            "do not recognize", "do not recognise", "fraud", "fraudulent*", "phishing", "phish",
            "identity theft", "stole my identity", "stolen identity", "stole my card", "stolen card",
            "card was stolen", "card is stolen", "card has been stolen", "stolen my credit card",
            "stolen my card", "suspicious login", "suspicious activity", "suspicious email", "strange login",
            "unknown login", "login from another", "data breach", "security breach", "data leak",
            "vulnerability", "malware", "ransomware", "someone changed my", "changed my password without",
            "hackeado", "hackeada", "hackearon", "robaron mi cuenta", "fraude", "suplantacion", 
            "piratage", "pirater", "usurpation", "gehackt", "betrugsverdacht", "phishing-mail",
            "identitatsdiebstahl", "hackerato", "violato", "frode", "truffa", "invadiram", "invadida",
            "clonado", "clonaram", "gehackte", "fraudegeval", "wlamanie", "zhakowan*", "hacklendi",
            "calindi", "乗っ取", "不正アクセス", "不正ログイン", "被盗", "盗号", "被黑", "взломали", "взлом", "мошенни", "פרצו",
            "נפרץ", "اختراق", "해킹", "도용",
        ],
    ),
    (
        TopicKind::Privacy,
        &[
            "gdpr", "ccpa", "my personal data", "personal data", "delete my data", "erase my data",
            "delete all my data", "remove my data", "data deletion", "right to be forgotten",
            "copy of my data", "data you hold", "data you have about me", "data you store",
            "what data do you", "subject access request", "data protection", "privacy policy",
            "privacy request", "datos personales", "borrar mis datos", "donnees personnelles", "rgpd",
            "supprimer mes donnees", "dsgvo", "datenschutz", "meine daten loschen", "personenbezogen*",
            "dati personali", "cancellare i miei dati", "dados pessoais", "lgpd", "apagar meus dados",
            "persoonsgegevens", "avg-verzoek", "dane osobowe", "rodo", "kvkk", "kisisel veri*", "個人情報",
            "个人信息", "персональные данные",
        ],
    ),
    (
        TopicKind::Refund,
        &[
            "refund*", "money back", "reimburse*", "give me back my money", "charge in dispute",
            "dispute the charge", "dispute this charge", "chargeback", "charge back", "charged twice",
            "double charged", "overcharged", "charged me twice", "charged me after", "store credit",
            "compensation", "compensate", "reembols*", "devolucion del dinero", "devuelvan mi dinero",
            "remboursement", "rembours*", "ruckerstattung", "erstattung", "geld zuruck", "rimborso",
            "rimbors*", "estorno", "reembolso", "terugbetaling", "geld terug", "zwrot pieniedzy", "zwrot",
            "iade", "para iadesi", "返金", "退款", "возврат", "вернуть деньги", "החזר כספי", "החזר", "استرداد",
            "استرجاع", "환불",
        ],
    ),
    (
        TopicKind::Billing,
        &[
            "invoice*", "bill", "bills", "billing", "billed", "charge", "charged", "charges", "payment*",
            "pay", "paid", "credit card", "debit card", "declined", "direct debit", "receipt*", "statement",
            "fee", "fees", "overdue", "vat", "do_not_honor", "insufficient_funds", "transaction*",
            "factura*", "cobro", "cobraron", "pago", "pagos", "tarjeta", "facture*", "paiement*",
            "prelevement", "carte bancaire", "rechnung*", "zahlung*", "abgebucht", "abbuchung",
            "kreditkarte", "fattura*", "pagamento", "pagamenti", "addebito", "fatura", "cobranca", "cartao",
            "boleto", "factuur", "facturen", "betaling*", "incasso", "faktura", "platnosc*", "odeme*", "請求",
            "支払", "账单", "付款", "发票", "扣款", "счет", "оплат", "платеж", "חשבונית", "תשלום", "חיוב", "فاتورة",
            "دفع", "결제", "청구",
        ],
    ),
    (
        TopicKind::Replacement,
        &[
            "replacement", "replacements", "replace it", "replace my", "replace the", "exchange it",
            "exchange for", "an exchange", "send a new one", "send me a new", "send me another",
            "new one sent", "swap it", "wrong size", "wrong item", "wrong product", "damaged",
            "arrived broken", "came broken", "defective", "faulty", "return an item", "return this",
            "return it", "return the", "want to return", "reemplazo", "cambio por otro", "remplacement",
            "echange", "ersatz", "umtausch", "umtauschen", "sostituzione", "cambio merce", "substituicao",
            "trocar o produto", "vervanging", "omruilen", "wymiana", "degisim", "交換", "换货", "換貨", "замен",
            "החלפה", "استبدال", "교환",
        ],
    ),
    (
        TopicKind::Cancellation,
        &[
            "cancel", "cancelling", "canceling", "cancellation*", "cancelled", "canceled",
            "close my account", "closing my account", "terminate", "termination", "unsubscribe",
            "if i leave", "not renew", "end my subscription", "delete my account", "cancelar*",
            "darme de baja", "dar de baja", "resilier", "resiliation", "annuler", "annulation", "kundigen",
            "kundigung", "kundige", "stornieren", "disdire", "disdetta", "annullare", "cancelamento",
            "cancelar", "opzeggen", "opzegging", "annuleren", "anulowac", "rezygnacj*", "iptal*", "解約",
            "キャンセル", "取消", "退订", "注销", "отменить", "отмена", "לבטל", "ביטול", "إلغاء", "취소", "해지",
        ],
    ),
    (
        TopicKind::Sales,
        &[
            "pricing", "price", "prices", "quote", "a demo", "book a demo", "trial", "free trial", "upgrade",
            "discount", "volume discount", "enterprise plan", "business plan", "pro plan", "per seat",
            "how much does", "how much is", "how much would", "cost per", "plans", "difference between",
            "buy", "purchase order", "sales team", "talk to sales", "contact sales", "sales rep*", "dpa",
            "msa", "procurement", "seats", "licenses", "compare plans", "more expensive", "cheaper plan",
            "precio*", "presupuesto", "cotizacion", "tarif", "tarifs", "devis", "preis", "preise", "angebot",
            "prezzo", "prezzi", "preventivo", "preco", "precos", "orcamento", "prijs", "prijzen", "offerte",
            "cena", "cennik", "fiyat*", "料金", "価格", "价格", "多少钱", "報價", "报价", "цена", "стоимость", "מחיר",
            "הצעת מחיר", "السعر", "سعر", "가격",
        ],
    ),
    (
        TopicKind::FeatureRequest,
        &[
            "feature request", "would be great if", "would be nice if", "would be helpful if",
            "would be useful if", "would love to be able", "would love it if", "it would help if", "i wish",
            "wish there was", "wish it could", "wish you had", "please add", "could you add",
            "can you add support", "any plans to", "on the roadmap", "roadmap", "suggestion",
            "suggest a feature", "missing feature", "should support", "it should be possible",
            "estaria bien que", "seria genial", "seria util", "ce serait bien", "il serait utile",
            "ware toll wenn", "es ware gut", "ware schon wenn", "sarebbe bello", "sarebbe utile",
            "seria otimo", "seria bom", "zou handig zijn", "zou fijn zijn", "機能要望", "希望增加", "建议增加",
            "было бы здорово",
        ],
    ),
    (
        TopicKind::Bug,
        &[
            "bug", "bugs", "buggy", "crash", "crashes", "crashed", "crashing", "broken", "glitch*",
            "freezes", "frozen", "freezing", "spins forever", "blank screen", "white screen", "black screen",
            "error", "errors", "not loading", "doesn't load", "does not load", "won't load", "500 error",
            "error 500", "error 404", "stack trace", "exception", "stopped working", "not working",
            "doesn't work", "does not work", "logged me out", "logs me out", "keeps logging", "no funciona",
            "se cierra", "fallo", "ne fonctionne pas", "plante", "bogue", "funktioniert nicht", "sturzt ab",
            "abgesturzt", "fehler", "fehlermeldung", "non funziona", "si blocca", "errore", "nao funciona",
            "erro", "travando", "werkt niet", "foutmelding", "nie dziala", "blad", "hata", "calismiyor",
            "バグ", "エラー", "动かない", "故障", "报错", "错误", "ошибка", "не работает", "сбой", "תקלה", "שגיאה", "خطأ",
            "عطل", "오류", "버그",
        ],
    ),
    (
        TopicKind::Delivery,
        &[
            "deliver*", "delivery", "parcel*", "package", "packages", "courier*", "shipping", "shipment*",
            "shipped", "ship", "tracking", "arrived", "never arrived", "hasn't arrived", "not arrived",
            "in transit", "lost in the mail", "postman", "front desk", "delivery address",
            "shipping address", "entrega", "envio", "paquete", "pedido no llega", "livraison", "colis",
            "expedi*", "lieferung", "paket", "sendung", "versand", "geliefert", "consegna", "pacco",
            "spedizione", "encomenda", "pacote", "bezorg*", "pakket", "levering", "przesylk*", "paczk*",
            "dostaw*", "kargo*", "teslimat", "配送", "荷物", "届か", "快递", "包裹", "发货", "物流", "доставк", "посылк",
            "משלוח", "חבילה", "توصيل", "شحن", "배송", "택배",
        ],
    ),
    (
        TopicKind::Access,
        &[
            "log in", "login", "logging in", "log into", "sign in", "signing in", "sign into", "password*",
            "locked out", "locked me out", "lock out", "reset link", "2fa", "two factor", "two-factor",
            "mfa", "authenticator", "verification code", "can't access", "cannot access", "can't get into",
            "sso", "otp", "forgot my", "logged out", "logged me out", "entrar en mi cuenta",
            "iniciar sesion", "contrasena", "acceder", "connexion", "me connecter", "mot de passe",
            "anmelden", "einloggen", "passwort", "zugang", "accedere", "accesso", "entrar na minha conta",
            "senha", "inloggen", "wachtwoord", "zalogowac", "haslo", "giris yap*", "sifre*", "ログイン", "パスワード",
            "登录", "密码", "登入", "войти", "пароль", "סיסמה", "להתחבר", "كلمة المرور", "تسجيل الدخول", "로그인",
            "비밀번호",
        ],
    ),
];

/// Takes subjects out of the cues.
pub(crate) struct TopicReader {
    not_legal: Regex,
    own_access: Regex,
    not_violence: Regex,
    not_security: Regex,
}

impl TopicReader {
    pub fn new() -> Self {
        let build = expression;
        Self {
            not_legal: build(
                r"\b(?:(?:tennis|basketball|squash|badminton|food) courts?|courts? (?:street|st|road|rd|avenue|ave|lane|drive|yard|house road|shoes?|booking|reservation|time at)|[0-9]+[a-z]? (?:[a-z]+ ){1,2}court|court (?:marriott|hotel)|legally (?:blonde|named|called)|(?:need|have|has|with|am|is|was) (?:justice league)|justice (?:league|street)|sue'?s|(?:hi|hello|hey|dear|name is|i'm|i am|thanks|thank you),? sue|voltage regulator|pressure regulator|gericht (?:bestell|schmeck))\b",
            ),
            own_access: build(
                r"\b(?:i|we|can'?t|cannot|can not|couldn'?t|how (?:do|can) i|lost|no|need|get|give|have|regain|restore|don'?t have|unable to|grant|giving)(?: \w+){0,3} access(?:ed)? (?:to )?my account|\b(?:i|we|when i|how (?:do|can) i|to)(?: \w+){0,2} (?:logged|signed|get|got) in(?:to)?(?: to)? my account\b",
            ),
            not_violence: build(
                r"\b(?:kill (?:the )?(?:process|app|session|switch)|bath bomb|photo bomb|amazon fire|fire (?:tv|stick|tablet|hd)|price (?:is|was) murder|stab at|on fire today|kindle on fire)\b",
            ),
            not_security: build(
                r"\b(?:life hacks?|hackathon|no fraud|anti[- ]?fraud|hacker news|(?:movie|film|show|series|song|book|watch|play)\b[^.!?]{0,25}\bhackers?|hackers?\b[^.!?]{0,20}\b(?:movie|film))\b",
            ),
        }
    }

    pub fn read(&self, scan: &Scan<'_>) -> Vec<Topic> {
        let mut topics: Vec<Topic> = Vec::new();
        for hit in &scan.hits {
            let Meaning::Topic(kind) = hit.meaning else { continue };
            if !self.means(scan, kind, hit.span) {
                continue;
            }
            let (start, end) = scan.text.chars(hit.span);
            match topics.iter_mut().find(|topic| topic.kind == kind) {
                None => topics.push(Topic { kind, start, end }),
                // The longer words of the same place say more.
                Some(topic) if start <= topic.start && end > topic.end => *topic = Topic { kind, start, end },
                Some(_) => {}
            }
        }
        topics
    }

    /// Whether the cue means its subject here.
    fn means(&self, scan: &Scan<'_>, kind: TopicKind, span: Span) -> bool {
        let text = &scan.text;
        let covered =
            |rule: &Regex| rule.find_iter(&text.folded).any(|found| Span::from(found).overlaps(span));
        match kind {
            TopicKind::Legal => !covered(&self.not_legal),
            TopicKind::Violence => !covered(&self.not_violence),
            TopicKind::Security => !covered(&self.not_security) && !covered(&self.own_access),
            TopicKind::Cancellation | TopicKind::Refund => !negated(text, span),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use segue_core::reading::TopicKind::{self, *};

    use crate::testing::read;

    #[track_caller]
    fn check(text: &str, shown: &[TopicKind], absent: &[TopicKind]) {
        let reading = read(text);
        for &kind in shown {
            assert!(reading.has_topic(kind), "{text}: no {kind:?} in {:?}", reading.topics);
        }
        for &kind in absent {
            assert!(!reading.has_topic(kind), "{text}: {kind:?} in {:?}", reading.topics);
        }
    }

    #[test]
    fn tells_subjects() {
        check("That is false and my lawyer will be in touch about this.", &[Legal], &[]);
        check("I will see you in court", &[Legal], &[]);
        check("Our legal entity name changed", &[], &[Legal]);
        check("Deliver it to 12 Court Street", &[Delivery], &[Legal]);
        check("someone logged in to my account and changed my password", &[Security, Access], &[]);
        check("I cannot get access to my account", &[], &[Security]);
        check("I feel like ending my life", &[SelfHarm], &[]);
        check("i will come and kill you", &[Violence], &[]);
        check("It would be great if I could sort the list", &[FeatureRequest], &[]);
        check("the export button is broken", &[Bug], &[]);
        check("I need a replacement camera", &[Replacement], &[]);
        check("quiero darme de baja", &[Cancellation], &[]);
        check("où est mon colis ?", &[Delivery], &[]);
        check("do you sign a DPA?", &[Sales], &[]);
    }
}
