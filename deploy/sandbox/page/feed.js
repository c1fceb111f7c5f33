/** Follows what happens by long polling, and comes back by itself after the sandbox was away. */

import { client } from "./client.js";

const WAIT_SECONDS = 25;
const PATIENCE_MILLISECONDS = 40_000;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 8_000;

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
  });
}

/**
 * Never ends. `onChanges(changes, isFirst)` gets each batch; `onOnline(bool)` each try's fate;
 * `onReset()` says that the sandbox began anew and nothing known before is there any more.
 */
export async function follow({ onChanges, onOnline, onReset }) {
  let revision = 0;
  let isFirst = true;
  let wait = 0;
  let delay = FIRST_PAUSE_MILLISECONDS;
  for (;;) {
    let changes;
    try {
      changes = await client.changes(revision, wait, AbortSignal.timeout(PATIENCE_MILLISECONDS));
    } catch (error) {
      console.warn("The sandbox did not answer", error);
      onOnline(false);
      wait = 0; // the next answer comes at once and tells that the sandbox is back
      await pause(delay);
      delay = Math.min(delay * 2, LONGEST_PAUSE_MILLISECONDS);
      continue;
    }
    wait = WAIT_SECONDS;
    delay = FIRST_PAUSE_MILLISECONDS;
    onOnline(true);
    if (changes.revision < revision) {
      onReset();
      isFirst = true;
      wait = revision = 0;
      continue;
    }
    revision = changes.revision;
    onChanges(changes, isFirst);
    isFirst = false;
    // Nothing happened to this person yet, and the sandbox waits only from a revision on.
    if (!revision) await pause(FIRST_PAUSE_MILLISECONDS);
  }
}
