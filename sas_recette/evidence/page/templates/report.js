(() => {
  "use strict";
  const reveal = (target) => {
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      if (node.hidden && node.id !== "filtre") node.hidden = false;
    }
  };
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    reveal(target);
    target.scrollIntoView({ block: target.tagName === "MARK" ? "center" : "start" });
  };
  addEventListener("hashchange", follow);
  follow();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    opened = [];
  });

  const form = document.getElementById("filtre");
  const [text, verdict, flow, counter] = ["f-texte", "f-verdict", "f-flux", "f-compte"].map((id) =>
    document.getElementById(id));
  const plain = (value) => value.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const items = [...document.querySelectorAll("[data-verdict], [data-exchange]")];
  const words = new Map();
  const wordsOf = (item) => {
    if (!words.has(item)) words.set(item, plain(item.textContent));
    return words.get(item);
  };
  const judged = items.filter((item) => item.dataset.verdict);
  const apply = () => {
    const wanted = plain(text.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const kept = (!verdict.value || !item.dataset.verdict || item.dataset.verdict === verdict.value)
        && (!flow.value || !item.dataset.verdict || (item.dataset.flow || "").split(/\s+/).includes(flow.value))
        && wanted.every((word) => wordsOf(item).includes(word));
      item.hidden = !kept;
      if (kept && item.dataset.verdict) shown += 1;
    }
    const filtering = wanted.length || verdict.value || flow.value;
    counter.textContent = filtering ? `${shown} sur ${judged.length} éléments affichés` : `${judged.length} éléments`;
  };
  let waiting = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  verdict.addEventListener("change", apply);
  flow.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  form.hidden = false;
  apply();
})();
