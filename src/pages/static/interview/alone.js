// One window at a time: two would ask the same household.

/** Does `work` when no other window of this tablet has the page. Until then the window is
    `shut`; its turn comes when the other one is closed. Without locks, as on a page that came
    over HTTP, what is stored still says who has answered. */
export function alone(work, shut) {
  if (!navigator.locks) return work();
  const forever = () => new Promise(() => work());
  return navigator.locks.request('hailong-interview', { ifAvailable: true }, lock => (lock ? forever() : undefined))
    .then(async () => {
      await shut();
      await navigator.locks.request('hailong-interview', () => location.reload());
    });
}
