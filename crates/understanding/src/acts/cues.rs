//! Words that show acts, and words that call for a second stage.

use segue_core::reading::ActKind;

use crate::lexicon::Flag;

/// Kind, probability where nothing speaks against it, folded phrases.
#[rustfmt::skip]
pub(crate) const CUES: &[(ActKind, f32, &[&str])] = &[
    (
        ActKind::Greets,
        0.95,
        &[
            "hi", "hello", "hey", "hiya", "good morning", "good afternoon", "good evening", "greetings",
            "howdy", "hola", "buenos dias", "buenas tardes", "bonjour", "bonsoir", "salut", "hallo",
            "guten tag", "guten morgen", "guten abend", "moin", "ciao", "buongiorno", "buonasera", "salve",
            "ola", "bom dia", "boa tarde", "goedemorgen", "goedemiddag", "dzien dobry", "czesc", "merhaba",
            "selam", "مرحبا", "السلام عليكم", "שלום", "こんにちは", "你好", "您好", "안녕하세요", "здравствуйте", "привет",
            "добрый день",
        ],
    ),
    (
        ActKind::Thanks,
        0.95,
        &[
            "thanks", "thank you", "thank u", "thankyou", "thx", "thnx", "ty", "tysm", "cheers",
            "much appreciated", "appreciate it", "appreciate your help", "appreciate the help", "gracias",
            "merci", "danke", "vielen dank", "dankeschon", "grazie", "obrigado", "obrigada", "bedankt",
            "dank je", "dank u", "dankjewel", "dziekuje", "dzieki", "tesekkurler", "tesekkur ederim",
            "sagol", "شكرا", "תודה", "ありがとう", "谢谢", "謝謝", "감사합니다", "спасибо", "tack", "tak",
        ],
    ),
    (
        ActKind::ConfirmsSolved,
        0.9,
        &[
            "works now", "working now", "it works", "that works", "that worked", "it worked", "this worked",
            "is working", "works again", "working again", "works fine", "works perfectly", "problem solved",
            "issue solved", "is solved", "got solved", "solved it", "solved now", "is resolved",
            "resolved now", "issue resolved", "has been resolved", "is fixed", "fixed it", "fixed now",
            "that fixed", "it's fixed", "all fixed", "found it", "found them", "got it working",
            "that did it", "did the trick", "all good now", "all sorted", "sorted now", "it's sorted",
            "it holds", "back to normal", "that helped", "i'm in now", "i am in now", "i can log in now",
            "managed to log in", "it went through", "ya funciona", "ya funciono", "funciona ahora",
            "solucionado", "resuelto", "ca marche", "ca fonctionne", "c'est bon", "c'est regle", "resolu",
            "probleme resolu", "funktioniert jetzt", "jetzt geht es", "jetzt geht's", "geht jetzt",
            "es klappt", "hat geklappt", "erledigt", "ora funziona", "adesso funziona", "risolto",
            "funcionou", "agora funciona", "esta funcionando", "resolvido", "het werkt", "werkt nu",
            "opgelost", "gelukt", "dziala", "udalo sie", "duzeldi", "cozuldu", "calisti", "解決しました", "できました",
            "解决了", "可以了", "работает теперь", "заработало", "해결됐", "해결되었", "נפתר", "זה עובד", "تم الحل",
        ],
    ),
    (
        ActKind::ConfirmsSolved,
        0.6,
        &[
            "that's all", "that is all", "thats all", "that will be all", "that'll be all", "nothing else",
            "no more questions", "all set", "all good", "i'm good", "im good", "that answers",
            "answers my question", "that's what i needed", "that is what i needed", "exactly what i needed",
            "eso es todo", "nada mas", "c'est tout", "das war's", "das war alles", "e tutto", "isso e tudo",
            "so isso", "dat is alles", "to wszystko",
        ],
    ),
    (
        ActKind::DeniesSolved,
        0.9,
        &[
            "still not", "still doesn't", "still does not", "still doesnt", "still isn't", "still can't",
            "still cannot", "still cant", "still won't", "still no", "still nothing", "still the same",
            "still getting", "still broken", "still shows", "still showing", "still happening",
            "still have the", "still having", "still fails", "still failing", "still unable", "still stuck",
            "still waiting", "still hasn't", "still haven't", "still has not", "still have not",
            "same error", "same problem", "same issue", "same thing", "same result", "no change", "no luck",
            "no difference", "nothing changed", "nothing happens", "nothing happened", "didn't help",
            "did not help", "didnt help", "doesn't help", "does not help", "not helping", "didn't work",
            "did not work", "didnt work", "hasn't worked", "not worked", "not helpful", "unhelpful",
            "to no avail", "doesn't answer", "does not answer", "didn't answer", "did not answer",
            "not answer my", "not what i asked", "not my question", "wasn't my question",
            "isn't what i asked", "that's not right", "that is not right", "that's wrong", "that is wrong",
            "that is false", "that's false", "that is not true", "that's not true", "that is incorrect",
            "that's incorrect", "not the answer", "not correct", "leaves out", "left out", "not resolved",
            "not solved", "unresolved", "unsolved", "not fixed", "not sorted", "isn't fixed",
            "isn't resolved", "isn't solved", "came back again", "is back again", "happened again",
            "not in the file", "you didn't answer", "you did not answer", "ignored my question", "sigue sin",
            "sigue igual", "no funciona", "no funciono", "sigue fallando", "y nada", "mismo error",
            "no sirve", "no ayuda", "toujours pas", "ne marche pas", "ne fonctionne pas", "marche pas",
            "fonctionne pas", "meme erreur", "meme probleme", "rien ne change", "funktioniert nicht",
            "geht nicht", "geht immer noch nicht", "immer noch nicht", "gleiche fehler", "gleicher fehler",
            "selbe problem", "hilft nicht", "klappt nicht", "non funziona", "ancora non", "stesso errore",
            "stesso problema", "nao funciona", "nao funcionou", "ainda nao", "mesmo erro", "continua igual",
            "werkt niet", "nog steeds niet", "zelfde fout", "helpt niet", "nie dziala", "nadal nie",
            "calismiyor", "hala ayni", "olmadi", "動きません", "まだできません", "还是不行", "没用", "不行", "не работает",
            "не помогло", "לא עובד", "לא עוזר", "لا يعمل", "안 돼요",
        ],
    ),
    (
        ActKind::Complains,
        0.8,
        &[
            "unacceptable", "ridiculous", "terrible service", "awful service", "poor service", "bad service",
            "worst service", "pathetic", "disgrace", "disgraceful", "disgusting", "a joke", "outrageous",
            "scandal", "rip off", "ripoff", "ripped off", "scam", "fed up", "sick of", "had enough",
            "waste of time", "waste of my time", "wasting my time", "third time", "fourth time",
            "fifth time", "tenth time", "for weeks", "for months", "i want to complain", "make a complaint",
            "file a complaint", "raise a complaint", "lodge a complaint", "formal complaint",
            "very disappointed", "extremely disappointed", "so disappointed", "not happy", "unhappy with",
            "not satisfied", "dissatisfied", "worst company", "worst experience", "horrible experience",
            "terrible experience", "never again", "you people", "useless", "incompetent", "nobody helps",
            "no one helps", "nobody answers", "no one answers", "keeps happening", "every single time",
            "inaceptable", "verguenza", "una estafa", "harto", "pesimo servicio", "inadmissible",
            "inacceptable", "honteux", "scandaleux", "une honte", "ras le bol", "arnaque", "unverschamt",
            "inakzeptabel", "eine frechheit", "unmoglich", "saftladen", "betrug", "zum kotzen",
            "inaccettabile", "vergogna", "vergognoso", "uno scandalo", "truffa", "inaceitavel", "vergonha",
            "absurdo", "um absurdo", "onacceptabel", "schandalig", "belachelijk", "oplichting", "skandal",
            "oszustwo", "rezalet", "dolandirici",
        ],
    ),
    (
        ActKind::Threatens,
        0.85,
        &[
            "sue you", "suing you", "sue your company", "my lawyer", "my attorney", "my solicitor",
            "legal action", "take you to court", "see you in court", "small claims", "report you",
            "reporting you", "bad review", "negative review", "one star review", "1 star review",
            "leave a review", "post this on", "trustpilot", "social media", "going to the press",
            "the media about", "chargeback", "charge back", "dispute the charge with my bank",
            "dispute this with my bank", "consumer protection", "better business bureau", "ombudsman",
            "trading standards", "go to the police", "call the police", "demandarlos", "demandarles",
            "mi abogado", "mon avocat", "porter plainte", "mein anwalt", "meinem anwalt", "rechtsanwalt",
            "verklagen", "anzeige erstatten", "mio avvocato", "vi denuncio", "meu advogado",
            "processar voces", "procon", "mijn advocaat", "moj prawnik", "avukatim",
        ],
    ),
    (
        ActKind::Corrects,
        0.8,
        &[
            "i meant", "i mean the", "i mistyped", "typo", "correction", "my mistake", "i misspoke",
            "should be", "sorry it's", "sorry, it's", "not that one", "that's not my", "that is not my",
            "quise decir", "je voulais dire", "ich meinte", "volevo dire", "eu quis dizer", "ik bedoelde",
        ],
    ),
    (
        ActKind::Repeats,
        0.85,
        &[
            "as i said", "like i said", "i already told", "i already said", "already told you",
            "already said", "already gave", "already provided", "already explained", "already sent",
            "i told you", "as mentioned", "as i mentioned", "i repeat", "once again", "asked before",
            "asked you before", "asking again", "i just told you", "i just said", "ask again",
            "for the second time", "for the third time", "how many times", "ya dije", "ya lo dije",
            "ya se lo dije", "como dije", "otra vez", "deja dit", "je l'ai deja dit", "encore une fois",
            "wie gesagt", "schon gesagt", "nochmal", "noch einmal", "gia detto", "come ho detto", "ja disse",
            "como eu disse", "al gezegd", "zoals gezegd", "nogmaals",
        ],
    ),
    (
        ActKind::Agrees,
        0.9,
        &[
            "yes", "yeah", "yep", "yup", "sure", "ok", "okay", "of course", "please do", "go ahead",
            "sounds good", "that's fine", "fine", "agreed", "correct", "exactly", "absolutely", "definitely",
            "alright", "si", "claro", "vale", "oui", "d'accord", "bien sur", "ja", "gerne", "einverstanden",
            "va bene", "certo", "sim", "pode ser", "graag", "prima", "tak", "evet", "tamam", "はい", "お願いします",
            "好的", "是的", "네", "да", "כן", "نعم",
        ],
    ),
    (
        ActKind::Refuses,
        0.9,
        &[
            "no", "nope", "nah", "no thanks", "no thank you", "not now", "not really", "don't want",
            "do not want", "i'd rather not", "i would rather not", "never mind", "nevermind", "no gracias",
            "non merci", "non", "nein", "nein danke", "no grazie", "nao", "nao obrigado", "nee",
            "nee bedankt", "nie", "hayir", "いいえ", "结构です", "不用", "不要", "아니요", "нет", "לא", "لا",
        ],
    ),
    (
        ActKind::Leaves,
        0.9,
        &[
            "bye", "goodbye", "good bye", "bye bye", "see you", "have a great day", "have a nice day",
            "have a good day", "have a good one", "have a great night", "good night", "take care", "adios",
            "hasta luego", "au revoir", "bonne journee", "tschuss", "auf wiedersehen", "schonen tag",
            "arrivederci", "buona giornata", "tchau", "ate logo", "tot ziens", "fijne dag", "do widzenia",
            "hosca kal", "さようなら", "再见", "до свидания",
        ],
    ),
];

/// Cues that call for a second stage.
#[rustfmt::skip]
pub(crate) const FLAGS: &[(Flag, &[&str])] = &[
    (
        Flag::Human,
        &[
            "human", "humans", "human being", "person", "persons", "people", "agent", "agents",
            "representative*", "rep", "reps", "operator", "operators", "someone", "somebody", "some one",
            "anyone", "anybody", "advisor*", "adviser*", "executive*", "csr", "csrs", "consultant*",
            "employee*", "clerk*", "worker", "workers", "staff", "member of*", "team member*", "colleague*",
            "call center", "call centre", "support", "help desk", "helpdesk", "customer service",
            "customer care", "customer relations", "live chat", "specialist*", "technician*", "teller*",
            "individual", "account manager", "who can i", "who else", "transfer me", "connect me", "connect us", "transfer us", "put me", "pass me", "get me", "switch me", "who could i", "who do i", "who should i",
            "who must i", "who may i", "relationship manager", "success manager", "account executive",
        ],
    ),
    (
        Flag::Manager,
        &[
            "manager*", "supervisor*", "superior*", "boss", "team lead*", "shift lead", "management",
            "higher up", "higher ups", "higher-up*", "owner", "ceo", "director", "in charge", "authority",
            "above you", "next level", "senior", "escalat*", "higher",
        ],
    ),
    (
        Flag::Machine,
        &[
            "bot", "bots", "chatbot*", "chat bot*", "robot*", "machine*", "computer*", "ai", "a.i.",
            "algorithm*", "automated", "virtual", "recording", "to you", "with you", "conversation",
            "are you", "am i", "assistant",
        ],
    ),
    (
        Flag::Call,
        &[
            "call me", "call us", "phone me", "ring me", "call back", "callback", "return call", "call from",
            "customer care", "toll free", "contact number", "phone number", "helpline", "help line",
            "hotline", "call you", "contact you", "reach you", "contact support", "contact u", "in touch",
            "no for", "your number", "to call",
        ],
    ),
    (
        Flag::Maker,
        &[
            "whoever", "who ever", "who builds", "who build", "who made", "who makes", "who make",
            "who develops", "who designs", "developers", "developer", "engineers", "devs", "programmers",
            "designers", "product team", "product people", "product manager*", "dev team",
            "development team", "engineering", "design team", "your product", "the product", "product folks",
            "who is in charge", "who decides",
        ],
    ),
    (
        Flag::HumanAbroad,
        &[
            // Spanish, Italian, Portuguese
            "persona*", "pessoa*", "human*", "agente*", "operador*", "asesor*", "representante*",
            "ejecutiv*", "alguien", "encargad*", "supervisor*", "gerente", "jefe", "jefa", "responsab*",
            "companer*", "atencion", "atienda", "operatore*", "operatric*", "umano", "umana", "essere umano",
            "consulente", "addett*", "qualcuno", "servizio clienti", "assistenza", "direttore", "superiore",
            "atendente*", "atendimento", "alguem", "responsavel", "chefe", "funcionari*", "suporte",
            "soporte", "servicio al cliente", "richiamatemi", "me llame*", "me ligue*", "robo", "robots",
            "maquina*", "macchina*", "hablar con*", "parlare con*", "falar com*",
            // French
            "personne*", "conseiller*", "quelqu'un", "interlocut*", "operat*", "service client*",
            "parler a*", "superieur", "rappelez*", "appelez*", "s'il vous plait", "svp", "technicien",
            "collaborat*", "charge de clientele",
            // German, Dutch
            "mensch*", "mitarbeiter*", "berater*", "kundenberater*", "kundendienst", "kundenservice",
            "jemand*", "vorgesetzt*", "ansprechpartner*", "sachbearbeiter*", "teamleiter*", "kollege*",
            "kollegin", "ruckruf", "rufen sie", "ruft mich", "sprechen", "mens", "mensen", "persoon",
            "medewerk*", "iemand", "klantenservice", "klantendienst", "leidinggevende", "verbind*",
            "spreken", "contactpersoon", "bel me", "roboter",
            // Polish, Turkish
            "czlowiek*", "konsultant*", "pracownik*", "kims", "osoba", "osobe", "kierownik*", "przelozon*",
            "doradc*", "menedzer*", "botem", "robotem", "polacz*", "temsilci*", "yetkili*", "insan*",
            "kisi*", "biri*", "mudur*", "yonetici*", "danisman*", "canli", "musteri",
            // Russian, Arabic, Hebrew
            "человек", "оператор", "менеджер", "специалист", "сотрудник", "кем-нибудь", "кем-то",
            "начальник", "руководител", "консультант", "ботом", "роботом", "موظف", "شخص", "إنسان", "انسان",
            "ممثل", "مندوب", "بشري", "مدير", "مشرف", "مسؤول", "خدمة العملاء", "روبوت", "נציג", "בן אדם",
            "בן-אדם", "מישהו", "אנושי", "מנהל", "שירות לקוחות", "מוקדן", "רובוט", "אדם",
            // Japanese, Chinese, Korean
            "人間", "担当", "オペレータ", "スタッフ", "有人", "係の", "係", "上司", "責任者", "誰か", "ロボット", "人と", "真人", "人工", "客服",
            "专员", "專員", "專人", "专人", "经理", "經理", "主管", "领导", "负责人", "負責人", "活人", "机器人", "機器人", "工作人员", "상담원",
            "상담사", "사람", "직원", "담당자", "매니저", "책임자", "관리자", "로봇",
        ],
    ),
    (
        Flag::Cancel,
        &[
            "cancel*", "close my*", "terminat*", "leave", "leaving", "switch*", "unsubscribe", "renew*",
            "delete my*", "end my*", "stop my*", "quit", "downgrad*", "canceling", "move to", "moving to",
            "baja", "resili*", "kundig*", "kuendig*", "disdire", "disdetta", "annull*", "encerrar",
            "opzeggen", "opzeg*", "rezygn*", "wypowiedz*", "iptal*", "解約", "取消订阅", "注销", "退订",
            "отменить подписку", "לבטל", "إلغاء", "해지", "cerrar mi", "fermer mon", "chiudere", "fechar",
            "aboneli*",
        ],
    ),
];
