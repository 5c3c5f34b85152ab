// The page without GraphiQL: a query, its variables, the answer.
const form = document.querySelector("form");
const answer = document.querySelector("pre");
const linked = new URLSearchParams(location.search);

form.query.value = linked.get("query") ?? JSON.parse(document.getElementById("settings").textContent).query;
form.variables.value = linked.get("variables") ?? "";

async function ask() {
  const variables = JSON.parse(form.variables.value.trim() || "{}");
  const response = await fetch(location.pathname, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json, application/json;q=0.9" },
    body: JSON.stringify({ query: form.query.value, variables }),
  });
  return JSON.stringify(await response.json(), null, 2);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.textContent = "…";
  answer.textContent = await ask().catch(String);
});

form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
