import { OfferCard } from "./card";

if (!customElements.get("segue-offer")) customElements.define("segue-offer", OfferCard);
