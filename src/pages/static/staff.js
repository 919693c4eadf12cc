// An open group of the navigation closes when one goes on elsewhere. Without this script it
// closes when another is opened.

const groups = document.querySelectorAll('.staff details');
const close = (event) => {
  for (const group of groups) {
    if (event.key === 'Escape' && group.contains(event.target)) group.querySelector('summary').focus();
    if (event.key === 'Escape' || !group.contains(event.target)) group.open = false;
  }
};
document.addEventListener('click', close);
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(event); });

// Beside each password a button that shows it. Without this script nothing is missing;
// pasting and password managers work as before.

for (const field of document.querySelectorAll('input[type="password"]')) {
  const { show, hide } = field.closest('.field').dataset;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'second show';
  button.textContent = show;
  button.setAttribute('aria-controls', field.id);
  button.addEventListener('click', () => {
    const shown = field.type === 'text';
    field.type = shown ? 'password' : 'text';
    button.textContent = shown ? show : hide;
  });
  // A browser offers to keep what is sent as a password.
  field.form.addEventListener('submit', () => { field.type = 'password'; });
  field.after(button);
}
