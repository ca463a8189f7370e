import type { ChannelShare, RoutingChannel, RoutingWeights } from "@segue/protocol";

/** What holds where nothing else is said; docs/guides/routing.md. */
export const USUAL_WEIGHTS: RoutingWeights = { late_per_min: 0.5, abandoned: 3, quality: 0.5, unskilled: 1, sticky: 0.6, load: 0.15 };
export const USUAL_GUARD_S = 900;
export const USUAL_KNOWN_H = 72;

/** How far a slider goes; a number beyond it can still be typed. */
export const SLIDER_MAX: RoutingWeights = { late_per_min: 2, abandoned: 10, quality: 2, unskilled: 4, sticky: 2, load: 1 };

const share = (more: Partial<ChannelShare>): ChannelShare => ({ weight: 100, max: 20, silent_weight: 100, interruptible: false, ...more });
export const USUAL_SHARES: Record<RoutingChannel, ChannelShare> = {
  chat: share({}), email: share({ weight: 50, silent_weight: 0, interruptible: true }), voice: share({ weight: 400, max: 1, silent_weight: 400 }), sms: share({}),
};
