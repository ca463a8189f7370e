//! Explicit requests for a human in other languages. The expressions run over folded text, so that a missing
//! accent changes nothing.

use regex::Regex;
use segue_core::reading::ActKind;

use super::Acts;
use crate::pattern::expression;
use crate::{
    lexicon::{Flag, Scan},
    text::Span,
};

/// One language: persons, managers, requests with `{who}`, and what before a request turns it around.
struct Rules {
    requests: Vec<Regex>,
    managers: Regex,
    negation: Option<Regex>,
    /// Other persons of the same name, and bots that are refused.
    not: Option<Regex>,
    bots: Option<Regex>,
}

/// Words of one language, as expressions.
struct Words {
    who: &'static str,
    manager: &'static str,
    requests: &'static [&'static str],
    negation: &'static str,
    not: &'static str,
    bots: &'static str,
}

const LANGUAGES: &[Words] = &[
    // Spanish
    Words {
        who: r"(?:(?:un|una|el|la|los|algun|alguna|algun@|otro|otra|su|sus|mi|con|de|del|a|al|verdadera?|autentic[oa]|ser) )*(?:personas?|human[oa]s?|ser humano|agentes?|operador(?:a|es)?|asesor(?:a|es)?|representantes?|ejecutiv[oa]s?|alguien|alguno|encargad[oa]|supervisor[a]?|gerente|jef[ea]|responsable|superior|companer[oa]|tecnic[oa]|emplead[oa]s?|atencion al cliente|servicio al cliente|soporte|teleoperador[a]?|especialista)",
        manager: r"(?:supervisor|gerente|jef[ea]|encargad[oa]|responsable|superior)",
        requests: &[
            r"\b(?:hablar|hable|hablo|chatear|comunic\w+|contact\w+|conectar\w*|conect\w+|pasar(?:me|nos)?|pas[ae]me|paseme|transfer\w+|transfier\w+|poner(?:me)?|pongame|ponme|platicar|conversar|derivar?(?:me)?|derivame)(?: (?:directamente|por favor|ya|ahora|en contacto|en comunicacion))* (?:con|a|al) {who}\b",
            r"\b(?:quiero|necesito|dame|deme|prefiero|quisiera|busco|exijo|solicito|pido|hay|me gustaria)(?: (?:hablar|que me atienda|que me llame|ayuda de|la ayuda de|contactar|a|con|tratar con))* (?:un|una|algun|alguna|a un|a una|con un|con una|otro|otra) (?:persona(?: real| humana| de verdad)?|human[oa]|ser humano|agente|operador[a]?|asesor[a]?|representante|supervisor[a]?|gerente|encargad[oa])\b",
            r"\b(?:persona (?:real|de verdad|humana)|agente (?:humano|real)|atencion humana|(?:me )?atienda (?:una persona|un human\w|alguien)|que me llam(?:e|en))\b",
            r"^\W*(?:un |una |el |con )?(?:agente|operador[a]?|asesor[a]?|humano|persona|representante)(?: humano| real)?(?: por favor| ya| ahora)?\W*$",
        ],
        negation: r"\bno (?:quiero|necesito|hace falta|me hace falta|deseo|es necesario|me pas\w+|me transf\w+|me comuni\w+)(?: \w+){0,2} $|\bno $|\bsin (?:tener que )?$|\bayer (?:pude )?$|\bpude $",
        not: r"^ (?:inmobiliari|de viaje|de seguro|aduan|comercial de mi)",
        bots: r"\bno (?:quiero|pienso|voy a) (?:seguir )?(?:hablar|hablando|chatear|tratar) con (?:un |una |este |esta |el |la )?(?:robots?|bots?|maquinas?|chatbots?|ia)\b",
    },
    // French
    Words {
        who: r"(?:(?:un|une|le|la|les|des|votre|vos|ton|ta|tes|a|au|aux|avec|de|du|vrai|vraie|veritable|autre|l'|etre)[ ]?)*(?:humaine?s?|etre humain|personne (?:reelle|humaine|physique|de chez vous)|vraies? personnes?|une personne|conseill(?:er|ere|ers)|agents?|operat(?:eur|rice)|responsables?|superviseurs?|manager|superieur|technicien|interlocut(?:eur|rice)|collaborat(?:eur|rice)|quelqu'un|service client\w*|directeur|charge de clientele|representant|support)",
        manager: r"(?:responsable|superviseur|manager|superieur|directeur)",
        requests: &[
            r"\b(?:parler|discuter|echanger|communiquer|dialoguer|converser|tchatter|chatter|parle|entretenir)(?: (?:directement|maintenant|vite))*(?: (?:a|avec|au|aux))? {who}\b",
            r"\b(?:mettez?|passez?|transferez?|transferer|redirigez?|connectez?|basculez?|orientez?)[ -](?:moi|nous|me)(?: (?:en (?:relation|contact|ligne)))?(?: (?:a|avec|vers|au))? {who}\b",
            r"\b(?:mise?|mettre|entrer|rentrer|etre|rester)(?: mise?)? en (?:relation|contact|communication|ligne) avec {who}\b",
            r"\b(?:joindre|contacter|avoir|veux|voudrais|souhaite|besoin d'|besoin de|prefere|aimerais|exige|demande|y a-t-il) ?(?:parler a |avoir |voir |joindre )?(?:un|une|l'|d'un|d'une|a un|a une)? ?(?:humaine?|etre humain|vraie personne|personne reelle|personne humaine|conseill(?:er|ere)|agent|operat(?:eur|rice)|interlocut(?:eur|rice)|responsable|superviseur|manager|superieur)\b",
            r"^\W*(?:un |une )?(?:conseiller|conseillere|agent|humain|operateur|vraie personne)(?: humain)?(?: s'il vous plait| svp| stp)?\W*$|\b(?:rappelez|appelez)[ -]moi\b",
        ],
        negation: r"\b(?:pas besoin(?: de| d')|ne (?:veux|voudrais|souhaite) pas|n'ai pas besoin de|sans|inutile de|pas|plus)(?: \w+){0,2} ?$|\bj'ai pu $|\bhier $",
        not: r"^ (?:immobilier|de voyage|d'assurance|secret)",
        bots: r"\b(?:pas|plus|marre de|assez de) (?:envie de )?(?:parler|discuter|dialoguer)(?: a| avec) (?:un |une |ce |cette |des )?(?:robots?|bots?|machines?|chatbots?|ia|ordinateur)\b",
    },
    // German
    Words {
        who: r"(?:(?:einen|einem|einer|eine|ein|der|dem|den|die|das|zu|an|mit|ihren|ihrem|ihrer|ihre|euren|eurem|eurer|eure|deinen|deinem|deiner|deine|echten|echte|echter|echtes|richtigen|richtigem|realen|wirklichen|menschlichen|menschlicher|lebenden|anderen|kompetenten) )*(?:menschen?|person|mitarbeiter(?:in|n|s)?|kundenberater(?:in)?|berater(?:in)?|kundendienst|kundenservice|kundenbetreuer(?:in)?|agenten?|jemand(?:en|em)?|vorgesetzten?|manager(?:in)?|chef(?:in)?|ansprechpartner(?:in)?|support|sachbearbeiter(?:in)?|teamleiter(?:in)?|kollegen?|kollegin|operator|leitung|verantwortlichen)",
        manager: r"(?:vorgesetzten?|manager|chef|teamleiter|leitung|verantwortlichen)",
        requests: &[
            r"\b(?:mit|zu|an) {who}(?: \w+){0,3} (?:sprechen|reden|chatten|verbinden|verbunden|verbinde|telefonieren|weiterleiten|schreiben|unterhalten|durchstellen|kommunizieren|weitergeleitet|durchgestellt)\b",
            r"\b(?:verbinden? sie (?:mich|uns)|verbinde? mich|verbindet mich|stellen sie mich|leiten sie mich|geben sie mir|gib mir|leite mich|holen sie mir|hol mir)(?: (?:bitte|sofort|jetzt|doch|mal|endlich|direkt))* (?:mit |zu |an )?{who}\b",
            r"\b(?:ich (?:will|mochte|moechte|brauche|hatte gern(?:e)?|wunsche|verlange|bevorzuge|suche)|gibt es|kann ich|konnte ich)(?: (?:bitte|jetzt|sofort|endlich|lieber|nur|auch|hier))*(?: mit)? (?:einen|eine|einem|einer|den|die|ihren) (?:echten |echte |richtigen |realen |menschlichen |menschliche |lebenden |anderen )*(?:menschen|person|mitarbeiter(?:in)?|berater(?:in)?|kundenberater(?:in)?|agenten|ansprechpartner(?:in)?|vorgesetzten|manager|operator)\b",
            r"\b(?:echte[nrms]? (?:mensch|menschen|person|mitarbeiter\w*)|menschlichen? (?:mitarbeiter|ansprechpartner|berater|kontakt|agenten))\b",
            r"^\W*(?:ein(?:en)? |bitte )*(?:mitarbeiter|mensch|menschen|kundenberater|berater|agent|kundenservice|kundendienst)(?: bitte)?\W*$|\b(?:rufen sie mich|ruft mich|ruckruf)(?: \w+){0,2}\b",
        ],
        negation: r"\b(?:kein(?:en|e)?|nicht|ohne|nie)(?: \w+){0,2} $|\b(?:gestern|habe ich) $",
        not: r"^ (?:der bank gesagt|gesprochen)",
        bots: r"\b(?:nicht|keine lust) (?:mehr )?(?:mit|mehr mit) (?:einem |einer |diesem |dem )?(?:bot|roboter|maschine|chatbot|computer|ki) (?:sprechen|reden|schreiben|chatten|zu reden|zu sprechen)\b",
    },
    // Italian
    Words {
        who: r"(?:(?:un|uno|una|un'|il|lo|la|con|a|al|vostro|vostra|vostri|tuo|tua|suo|sua|altro|altra|vero|vera|essere|qualche)[ ]?)*(?:persona|operat(?:ore|rice|ori)|uman[oa]|essere umano|agente|consulente|responsabile|addett[oa]|assistente umano|qualcuno|supervisore|manager|superiore|direttore|servizio clienti|assistenza clienti|tecnico|rappresentante|incaricat[oa])",
        manager: r"(?:responsabile|supervisore|manager|superiore|direttore)",
        requests: &[
            r"\b(?:parlare|parlo|chattare|comunicare|conferire|dialogare|contattare|discutere)(?: (?:direttamente|subito|per favore))* (?:con )?{who}\b",
            r"\b(?:passami|mi passi|mi passa|passatemi|passarmi|mettetemi|mettermi|mi metta|trasferitemi|trasferirmi|mi trasferisca|collegatemi|collegami)(?: (?:in (?:contatto|comunicazione|linea)|subito|per favore))*(?: (?:con|a|ad))? ?{who}\b",
            r"\b(?:voglio|vorrei|ho bisogno di|preferisco|preferirei|esigo|serve|c'e) ?(?:parlare con |avere |un aiuto da )?(?:un|una|un'|qualche) ?(?:operat(?:ore|rice)|persona(?: vera| reale| umana)?|uman[oa]|essere umano|agente|consulente|responsabile|supervisore|addett[oa])\b",
            r"^\W*(?:un |una )?(?:operatore|operatrice|umano|persona reale|agente)(?: umano)?(?: per favore| subito)?\W*$|\b(?:persona (?:reale|vera)|operatore umano|richiamatemi)\b",
        ],
        negation: r"\bnon (?:voglio|vorrei|ho bisogno di|serve|mi serve|desidero|occorre)(?: \w+){0,2} $|\bnon $|\bsenza $|\bieri $",
        not: r"^ (?:immobiliare|di viaggio|di polizia)",
        bots: r"\bnon voglio (?:piu )?(?:parlare|chattare) con (?:un |una |questo |questa )?(?:robot|bot|macchina|chatbot|computer|ia)\b",
    },
    // Portuguese
    Words {
        who: r"(?:(?:um|uma|o|a|os|algum|alguma|outro|outra|com|para|ao|seu|sua|ser|verdadeir[oa]) )*(?:pessoas?|human[oa]s?|ser humano|atendentes?|agentes?|operador(?:a)?|representantes?|alguem|gerente|supervisor[a]?|responsavel|chefe|funcionari[oa]|assistente humano|atendimento humano|suporte|consultor[a]?|especialista|superior)",
        manager: r"(?:gerente|supervisor|responsavel|chefe|superior)",
        requests: &[
            r"\b(?:falar|conversar|falo|contactar|contatar|comunicar|teclar)(?: (?:diretamente|agora|por favor))* (?:com )?{who}\b",
            r"\b(?:me )?(?:transfir\w+|transfer\w+|passar?|passe|passa|encaminh\w+|conect\w+|ligue|coloque|direcion\w+)(?:-me| me)?(?: (?:para|com|ao|a))? {who}\b",
            r"\b(?:quero|preciso(?: de)?|prefiro|queria|gostaria de|exijo|desejo|tem)(?: (?:falar com|ter|ser atendid[oa] por|a ajuda de))? (?:um|uma|algum|alguma) (?:atendente|pessoa(?: real| de verdade)?|human[oa]|ser humano|agente|operador[a]?|representante|supervisor[a]?|gerente)\b",
            r"\b(?:pessoa (?:real|de verdade)|atendimento humano|atendente humano|me liguem?)\b|^\W*(?:um |uma )?(?:atendente|humano|agente|operador|pessoa real)(?: humano)?(?: por favor)?\W*$",
        ],
        negation: r"\bnao (?:quero|preciso(?: de)?|desejo|gostaria de|e necessario|precisa)(?: \w+){0,2} $|\bnao $|\bsem $|\bontem $|\bconsegui $",
        not: r"^ (?:imobiliari|de viage)",
        bots: r"\bnao quero (?:mais )?(?:falar|conversar) com (?:um |uma |este |esse )?(?:robo|bot|maquina|chatbot|ia)\b",
    },
    // Dutch
    Words {
        who: r"(?:(?:een|de|het|jullie|uw|je|jouw|met|naar|aan|echt|echte|menselijke|levend|andere) )*(?:mens(?:en)?|persoon|medewerk(?:er|ster)|agent|iemand(?: anders)?|klantenservice|klantendienst|collega|manager|leidinggevende|supervisor|chef|contactpersoon|helpdesk|teamleider|verantwoordelijke)",
        manager: r"(?:manager|leidinggevende|supervisor|chef|teamleider|verantwoordelijke)",
        requests: &[
            r"\b(?:met|naar|aan) {who}(?: \w+){0,3} (?:spreken|praten|chatten|doorverbonden|doorverbinden|verbonden|bellen|overleggen|contact|verbinden|doorverbind)\b",
            r"\b(?:spreken|praten|chatten|doorverbinden|doorverbonden worden|verbind|verbinden|spreek ik|praat ik)(?: (?:me|mij|ons|door|graag|nu|even))* (?:met|naar) {who}\b",
            r"\b(?:ik (?:wil|wou|zou|heb|moet)|kan ik|mag ik|geef (?:me|mij)|graag|is er)(?: (?:graag|nu|gewoon|nodig|liever|een keer|even|hier))* (?:een|iemand|nog een) ?(?:echt|echte|menselijke|levende)? ?(?:mens|persoon|medewerk(?:er|ster)|manager|leidinggevende|agent|iemand)(?: (?:spreken|nodig|aan de lijn|te spreken))?\b",
            r"\b(?:mag|kan|wil|zou) ik (?:graag |even )*iemand (?:te )?spreken\b",
            r"\b(?:echt(?:e)? (?:mens|persoon|medewerker)|menselijke medewerker|bel me terug)\b|^\W*(?:een )?(?:medewerker|mens|agent|klantenservice)(?: graag| alstublieft| aub)?\W*$",
        ],
        negation: r"\b(?:geen|niet|zonder|nooit)(?: \w+){0,3} $|\bgisteren $",
        not: r"^ (?:van de politie)",
        bots: r"\bniet (?:meer )?met (?:een |deze )?(?:robot|bot|machine|chatbot|computer) (?:praten|spreken|chatten)\b",
    },
    // Polish
    Words {
        who: r"(?:(?:z|ze|do|prawdziwym|zywym|innym|jakims|waszym|panstwa) )*(?:czlowiek\w*|konsultant\w*|pracownik\w*|kims(?: innym)?|osob[aey]|agent(?:em|a)|kierownik\w*|przelozon\w*|doradc\w*|menedzer\w*|managerem|operator\w*|obslug\w* klienta)",
        manager: r"(?:kierownik|przelozon|menedzer|manager)",
        requests: &[
            r"\b(?:rozmawiac|porozmawiac|pogadac|mowic|polaczyc|polacz(?:cie)?|prosze o polaczenie|polaczenie|skontaktowac|kontakt|przelacz\w*|przekieruj\w*)(?: (?:sie|mnie|teraz|prosze))* {who}",
            r"\b(?:chce|potrzebuje|poprosze|prosze|dajcie mi|daj mi|dajcie|daj|wole|wolalbym|wolalabym)(?: (?:zywego|prawdziwego|jakiegos|waszego|o))? (?:czlowieka|konsultanta|pracownika|agenta|kierownika|operatora|przelozonego|menedzera|doradce)\b",
        ],
        negation: r"\bnie (?:chce|musze|potrzebuje|trzeba)(?: \w+){0,2} $",
        not: r"^ nieruchomosci",
        bots: r"\bnie chce (?:rozmawiac|gadac) z (?:botem|robotem|maszyna|automatem)\b",
    },
    // Turkish
    Words {
        who: r"(?:(?:gercek|canli|baska) )*(?:(?:bir )?(?:gercek )?(?:insan\w*|kisi\w*|temsilci\w*|yetkili\w*|biri\w*|operator\w*|mudur\w*|yonetici\w*|danisman\w*|calisan\w*)|musteri (?:temsilci|hizmet)\w*)",
        manager: r"(?:mudur|yonetici|amir)",
        requests: &[
            r"\b{who}(?: (?:ile|lutfen|hemen|direkt|bir))*(?: (?:gorus|konus|bagla|baglan|iletisim|aktar|istiyorum|lazim|istiyoruz|yazis)\w*)",
            r"\b(?:gercek (?:bir )?(?:insan|kisi)\w*|canli destek)\b",
        ],
        negation: r"\bgerek yok $",
        not: r"^ (?:gorustum|konustum)",
        bots: r"\b(?:robot|bot|makine)\w*(?: ile)? (?:konusmak|gorusmek) istemiyorum\b",
    },
    // Russian
    Words {
        who: r"(?:(?:с|со|на|к|живым|живого|настоящим|другим|вашим|каким-то) )*(?:человек\w*|оператор\w*|менеджер\w*|специалист\w*|сотрудник\w*|кем-нибудь|кем-то|начальник\w*|руководител\w*|поддержк\w*|консультант\w*)",
        manager: r"(?:начальник|руководител)",
        requests: &[
            r"(?:поговорить|говорить|связаться|соедин\w+|переключ\w+|позов\w+|свяжите|перевед\w+|пообщаться|общаться)(?: (?:меня|нас|напрямую|пожалуиста|пожалуйста))* {who}",
            r"(?:хочу|нужен|нужна|дайте|дай|требую)(?: (?:живого|живои|настоящего|мне))* (?:человека?|оператора?|менеджера?|сотрудника?|начальника?)",
        ],
        negation: r"не (?:хочу|надо|нужно)(?: \w+){0,2} $",
        not: r"^ по недвижимости",
        bots: r"не хочу (?:общаться|говорить|разговаривать) с (?:ботом|роботом|машинои|машиной)",
    },
    // Arabic
    Words {
        who: r"(?:(?:مع|إلى|الى|الي|أحد|احد|أي|اي) ?)*(?:ال|لل|ل)?(?:موظف\w*|شخص\w*|إنسان\w*|انسان\w*|ممثل\w*|مندوب\w*|بشري\w*|مدير\w*|مشرف\w*|مسؤول\w*|خدمة العملاء|أحد|احد)",
        manager: r"(?:مدير|مشرف|مسؤول)",
        requests: &[
            r"(?:التحدث|اتحدث|أتحدث|اتكلم|أتكلم|التكلم|الكلام|اكلم|أكلم|تحويلي|حولني|حولوني|التواصل|تواصل|توصيلي|وصلني)(?: (?:مباشرة|الآن|من فضلك))* {who}",
            r"(?:اريد|أريد|عايز|ابغى|أبغى|احتاج|أحتاج|بدي)(?: \w+)? (?:موظف|شخص|إنسان|انسان|ممثل|مندوب|مدير)\w*",
        ],
        negation: r"لا (?:اريد|أريد|احتاج|أحتاج)(?: \w+){0,2} $",
        not: r"^ عقار",
        bots: r"لا (?:اريد|أريد) (?:التحدث|الكلام) (?:مع|إلى) (?:روبوت|بوت|آلة)",
    },
    // Hebrew
    Words {
        who: r"(?:(?:עם|אל|איזה) )*(?:ל|ה)?(?:נציג\w*|בן[ -]?אדם|אדם|מישהו|אנושי\w*|מנהל\w*|שירות לקוחות|מוקדן\w*|אחראי\w*)",
        manager: r"(?:מנהל|אחראי)",
        requests: &[
            r"(?:לדבר|לשוחח|להתכתב|תעביר\w*|העבר\w*|להעביר|לעבור|תחבר\w*|אפשר)(?: (?:אותי|בבקשה|עכשיו|לי))* {who}",
            r"(?:רוצה|צריך|צריכה|מבקש|מבקשת|תנו לי|תן לי)(?: (?:לדבר עם|לקבל))? (?:נציג\w*|בן[ -]?אדם|אדם אמיתי|מישהו|מנהל\w*|מענה אנושי)|(?:נציג|מענה) אנושי",
        ],
        negation: r"לא (?:רוצה|צריך|צריכה)(?: \w+){0,2} $",
        not: r"^ (?:נדל|נסיעות)",
        bots: r"לא רוצה לדבר עם (?:רובוט|בוט|מכונה)",
    },
    // Japanese
    Words {
        who: r"(?:人間|本物の人|担当者|担当の方|担当|オペレーター?|スタッフ|有人|係の?[人者方]|上司|責任者|誰か|人)",
        manager: r"(?:上司|責任者)",
        requests: &[
            r"{who}(?:の方)?(?:と|に|へ|を|が)(?:直接)?(?:話|繋|つな|代わ|かわ|替わ|変わ|お願|対応|チャット|出して|電話|相談|呼んで)",
            r"(?:有人(?:対応|チャット|サポート)|オペレーター?(?:をお願い|希望|お願いします))",
        ],
        negation: r"^$",
        not: r"^(?:必要(?:は)?ありません|しなくて)",
        bots: r"(?:ロボット|ボット|AI|ai|機械)(?:と|では?)(?:話したくない|なく)",
    },
    // Chinese
    Words {
        who: r"(?:真人|人工(?:客服|服务|服務|座席)?|客服(?:人员|人員|专员)?|专员|專員|專人|专人|经理|經理|主管|领导|负责人|負責人|工作人员|活人)",
        manager: r"(?:经理|經理|主管|领导|负责人|負責人)",
        requests: &[
            r"(?:和|跟|与|與|找|转|轉|要|接|联系|聯繫|换|換|叫|请|請|给我|給我|接通|转接|轉接|需要)(?:一个|一個|个|個|一位|你们的?|你們的?|真正的|真正)?{who}",
            r"(?:人工客服|人工服务|人工服務|真人客服|真人服務)|^[\s\p{P}]*(?:人工|真人|客服)[\s\p{P}]*$",
        ],
        negation: r"(?:不要|不用|不需要|不想|无需|無需|不必)$",
        not: r"^(?:态度|態度|很好|昨天|不错)",
        bots: r"不(?:想|要)(?:再)?(?:和|跟|与|與)(?:机器人|機器人|机器)",
    },
    // Korean
    Words {
        who: r"(?:상담원|상담사|실제 사람|사람|직원|담당자|매니저|책임자|관리자)",
        manager: r"(?:매니저|책임자|관리자)",
        requests: &[
            r"{who}(?:과|와|이랑|하고|에게|한테|을|를|으로|로)? ?(?:직접 )?(?:연결|통화|이야기|얘기|대화|상담|바꿔|말하)",
        ],
        negation: r"^$",
        not: r"^(?: 필요 ?없)",
        bots: r"(?:봇|로봇|기계)(?:과|와|이랑|하고) (?:말|이야기|대화)하기 싫",
    },
];

/// Reads requests for a human in languages other than English.
pub(crate) struct LanguagesReader {
    languages: Vec<Rules>,
}

impl LanguagesReader {
    pub fn new() -> Self {
        let optional = |pattern: &str| (pattern != "^$").then(|| expression(pattern));
        let rules = |words: &Words| Rules {
            requests: words.requests.iter().map(|row| expression(&row.replace("{who}", words.who))).collect(),
            managers: expression(words.manager),
            negation: optional(words.negation),
            not: optional(words.not),
            bots: optional(words.bots),
        };
        Self { languages: LANGUAGES.iter().map(rules).collect() }
    }

    pub fn read(&self, scan: &Scan<'_>, acts: &mut Acts) {
        if !scan.any(&[Flag::HumanAbroad]) {
            return;
        }
        let folded = &scan.text.folded;
        for language in &self.languages {
            for found in language.requests.iter().filter_map(|rule| rule.find(folded)) {
                if language.not.as_ref().is_some_and(|not| not.is_match(&folded[found.end()..])) {
                    continue;
                }
                let before = scan.text.clause_before(found.start(), 60);
                let span = Span::from(found);
                if language.negation.as_ref().is_some_and(|negation| negation.is_match(before)) {
                    acts.add(&scan.text, ActKind::DeclinesHuman, 0.85, span);
                    continue;
                }
                let manager = language.managers.is_match(found.as_str());
                let kind = if manager { ActKind::AsksManager } else { ActKind::AsksHuman };
                acts.add(&scan.text, kind, 1.0, span);
            }
            if let Some(found) = language.bots.as_ref().and_then(|bots| bots.find(folded)) {
                acts.add(&scan.text, ActKind::AsksHuman, 0.95, found.into());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use segue_core::reading::ActKind;

    use crate::testing::read;

    #[track_caller]
    fn check(kind: Option<ActKind>, texts: &[&str]) {
        for text in texts {
            let reading = read(text);
            let asks = [ActKind::AsksHuman, ActKind::AsksManager];
            let found = asks.into_iter().find(|&act| reading.act(act) >= 0.5);
            assert_eq!(found, kind, "{text}: {:?}", reading.acts);
        }
    }

    #[test]
    fn hears_requests() {
        check(
            Some(ActKind::AsksHuman),
            &[
                "ya lo hice y nada, quiero hablar con una persona",
                "necesito un agente por favor",
                "¿Me puede pasar con un operador?",
                "Je veux parler à un humain",
                "pouvez-vous me mettre en relation avec un conseiller ?",
                "passez-moi quelqu'un",
                "Ich möchte mit einem Menschen sprechen",
                "Verbinden Sie mich bitte mit einem Mitarbeiter",
                "Vorrei parlare con un operatore",
                "Quero falar com um atendente",
                "me transfere para uma pessoa",
                "Ik wil met een medewerker spreken",
                "kan ik een echt mens spreken",
                "Chcę porozmawiać z konsultantem",
                "Bir temsilciyle görüşmek istiyorum",
                "Хочу поговорить с живым человеком",
                "أريد التحدث مع موظف",
                "אני רוצה לדבר עם נציג",
                "人間と話したいです",
                "オペレーターにつないでください",
                "我要转人工",
                "请转接真人客服",
                "상담원 연결해 주세요",
                "no quiero hablar con un robot",
            ],
        );
        check(
            Some(ActKind::AsksManager),
            &[
                "quiero hablar con su supervisor",
                "Je veux parler à votre responsable",
                "Ich will mit Ihrem Vorgesetzten sprechen",
                "我要找经理",
            ],
        );
    }

    #[test]
    fn is_not_fooled() {
        check(
            None,
            &[
                "No necesito hablar con un agente",
                "Pas besoin de parler à un conseiller",
                "Ich brauche keinen Mitarbeiter",
                "mi agente inmobiliario tiene la llave",
                "La persona de la tienda fue muy amable",
                "Er is iemand op mijn account ingelogd",
                "不用转人工",
            ],
        );
    }
}
