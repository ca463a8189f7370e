/** What the launcher says to a screen reader: open, close, unread, and the name of the frame. */
const WORDS: Record<string, string> = {
  en: "Open support chat|Close support chat|unread|Support chat",
  es: "Abrir el chat de ayuda|Cerrar el chat de ayuda|sin leer|Chat de ayuda",
  fr: "Ouvrir le chat d’assistance|Fermer le chat d’assistance|non lus|Chat d’assistance",
  de: "Support-Chat öffnen|Support-Chat schließen|ungelesen|Support-Chat",
  it: "Apri la chat di assistenza|Chiudi la chat di assistenza|non letti|Chat di assistenza",
  pt: "Abrir o chat de suporte|Fechar o chat de suporte|não lidas|Chat de suporte",
  nl: "Supportchat openen|Supportchat sluiten|ongelezen|Supportchat",
  ar: "فتح دردشة الدعم|إغلاق دردشة الدعم|غير مقروءة|دردشة الدعم",
  he: "פתיחת צ׳אט התמיכה|סגירת צ׳אט התמיכה|לא נקראו|צ׳אט התמיכה",
};

export function words(language: string): string[] {
  return (WORDS[language.slice(0, 2).toLowerCase()] ?? WORDS.en ?? "").split("|");
}
