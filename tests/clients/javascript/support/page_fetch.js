/** Fetches JSON in the page, cookies included, and gives what a script of the page can read of the answer. */
export function pageFetch(page, url, headers, body) {
  return page.evaluate(
    async ([url, headers, body]) => {
      const request = { credentials: "include", headers };
      if (body !== undefined) {
        request.method = "POST";
        request.headers = { ...headers, "Content-Type": "application/json" };
        request.body = JSON.stringify(body);
      }
      const answer = await fetch(url, request);
      const text = await answer.text();
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        body: text && JSON.parse(text),
      };
    },
    [url, headers, body],
  );
}
