/** A line of the text that somebody asked to see; the editor takes it. */
class TextPlace {
  line = $state<number | null>(null);
}

export const place = new TextPlace();
