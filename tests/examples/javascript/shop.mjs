// The code under test: it reads feeds from Curator's API, at whatever address it is given.
export async function feedNames(base, key) {
  const response = await fetch(`${base}/v1/feeds?api_key=${key}`);
  if (!response.ok) throw new Error(`Curator responded with ${response.status}`);
  return (await response.json()).map((feed) => feed.name);
}
