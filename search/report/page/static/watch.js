"use strict";
// Parts of the page come as events, each whole. The connection is made again for as long as the page is open.
(() => {
  const link = document.getElementById("link"), same = document.documentElement.dataset.same;
  const say = (state, text) => { link.className = "note " + state; link.textContent = text; };
  let source;
  const connect = () => {
    source = new EventSource("events");
    source.addEventListener("hello", e => {
      if (e.data !== same) return location.reload();
      say("live", "live: this page changes by itself");
    });
    source.onmessage = e => {
      for (const part of JSON.parse(e.data)) {
        const place = document.getElementById(part.ID);
        if (place) place.innerHTML = part.HTML;
      }
      dispatchEvent(new Event("parts")); // which the numbers under the pointer are told
      document.documentElement.dataset.events = 1 + Number(document.documentElement.dataset.events || 0);
    };
    source.onerror = () => {
      say("lost", "the connection is lost: what is shown is old; trying again");
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000); // which the browser does not by itself
    };
  };
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", e => { if (e.persisted) connect(); });
  connect();
})();
