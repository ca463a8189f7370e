/** What the launcher says to a screen reader: open, close, unread. */
const WORDS: Record<string, string> = {
  en: "Open support chat|Close support chat|unread",
  es: "Abrir el chat de ayuda|Cerrar el chat de ayuda|sin leer",
  fr: "Ouvrir le chat d’assistance|Fermer le chat d’assistance|non lus",
  de: "Support-Chat öffnen|Support-Chat schließen|ungelesen",
  it: "Apri la chat di assistenza|Chiudi la chat di assistenza|non letti",
  pt: "Abrir o chat de suporte|Fechar o chat de suporte|não lidas",
  nl: "Supportchat openen|Supportchat sluiten|ongelezen",
  ar: "فتح دردشة الدعم|إغلاق دردشة الدعم|غير مقروءة",
  he: "פתיחת צ׳אט התמיכה|סגירת צ׳אט התמיכה|לא נקראו",
};

export function words(language: string): string[] {
  return (WORDS[language.slice(0, 2).toLowerCase()] ?? WORDS.en ?? "").split("|");
}
