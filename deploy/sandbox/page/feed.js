/** Follows changes by long polling, and reconnects when the sandbox is back. */

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
 * Never returns. Calls `onChanges(changes, isFirst)` with each batch, `onOnline(bool)` after each
 * attempt, and `onReset()` when the sandbox has started over and everything known is obsolete.
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
    // Nothing has happened to this person yet, and the sandbox can only wait after a revision.
    if (!revision) await pause(FIRST_PAUSE_MILLISECONDS);
  }
}
