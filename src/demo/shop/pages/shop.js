// Puts a product into the basket without leaving its page.
const form = document.querySelector("#add-to-basket");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("main > .alert")) old.remove();
  document.querySelector("main").prepend(...page.querySelectorAll("main > .alert"));
  const count = page.querySelector(".basket-link .count");
  if (count) document.querySelector(".basket-link .count").textContent = count.textContent;
});
