"use client";

/** An outage is not a log-out: nobody is sent to the log-in for it. */
export default function Trouble() {
  return (
    <main>
      <h1>This page cannot be shown right now.</h1>
      <button onClick={() => location.reload()}>Try again</button>
    </main>
  );
}
