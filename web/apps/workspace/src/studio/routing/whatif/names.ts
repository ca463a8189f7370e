import { people } from "../state/people.svelte";

export const nameOfAgent = (id: string): string => people.staff?.find((one) => one.id === id)?.name ?? id;
