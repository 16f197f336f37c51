// A form the bot shows to one person: a dialog over their column only, so that the others can go on talking.

import { button, el } from "./dom.js";

export function formNode(shown, say, act) {
  const { form } = shown;
  const id = (field) => `${shown.id}-${field.id}`;
  const complaint = el("p", { class: "complaint", role: "alert" });

  const inputs = form.fields.map((field) => [field, input(field, id(field), say)]);
  const body = el("form", { class: "fields" },
    el("h3", { id: `${shown.id}-title` }, form.title),
    inputs.map(([field, node]) => el("div", { class: "field" },
      el("label", { for: id(field) }, field.label, !field.required && el("span", { class: "muted" }, ` (${say("optional")})`)),
      node,
      field.hint && el("p", { class: "note", id: `${id(field)}-hint` }, field.hint))),
    complaint,
    el("div", { class: "actions" },
      el("button", { type: "submit", class: "primary" }, form.submit),
      button(form.cancel, () => act("dismiss", { form: shown.id }))));

  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(inputs.map(([field, node]) => [`value:${field.id}`, node.value]));
    await act("submit", { form: shown.id, ...values }, (words) => complaint.replaceChildren(words));
  });
  const dialog = el("dialog", { class: "form", "aria-labelledby": `${shown.id}-title`, lang: form.language, "data-form": shown.id }, body);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") act("dismiss", { form: shown.id });
  });
  return dialog;
}

function input(field, id, say) {
  const common = { id, name: field.id, required: field.required, "aria-describedby": field.hint ? `${id}-hint` : undefined };
  if (field.kind === "choice") {
    const node = el("select", common,
      el("option", { value: "" }, field.required ? say("choose") : "–"),
      field.choices.map((one) => el("option", { value: one.value }, one.label)));
    node.value = field.initial;
    return node;
  }
  const node = field.kind === "long" ? el("textarea", { ...common, rows: 4, maxlength: field.max_length })
    : el("input", { ...common, type: "text", maxlength: field.max_length, autocomplete: "off" });
  node.value = field.initial;
  return node;
}
