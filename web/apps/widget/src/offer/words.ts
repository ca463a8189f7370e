/** The name of the cross; everything else on the card comes from the server. */
const CLOSE: Record<string, string> = {
  en: "Close", es: "Cerrar", fr: "Fermer", de: "Schließen", it: "Chiudi", pt: "Fechar", nl: "Sluiten", ar: "إغلاق", he: "סגירה",
};

export function closeWord(language: string): string {
  return CLOSE[language.slice(0, 2).toLowerCase()] ?? "Close";
}
