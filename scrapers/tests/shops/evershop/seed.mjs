// Delivery, payment and one customer, by the shop's own interface. Arguments: its address, the
// administrator's email and password.
const [base, email, password] = process.argv.slice(2);
const call = async (path, body, token) => {
  const headers = { 'content-type': 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text).data;
};
const { accessToken: token } = await call('/api/user/tokens', { email, password });
const zone = await call('/api/shippingZones', { name: 'Everywhere', countries: ['US', 'GB'] }, token);
const method = await call('/api/shippingProviders/core/methods', { name: 'Standard Delivery', is_enabled: true }, token);
const rate = { method_id: method.uuid, zone_id: zone.uuid, is_enabled: true, cost: 5 };
await call('/api/shippingProviders/core/rates', rate, token);
await call('/api/settings', { codPaymentStatus: 1, codDisplayName: 'Cash on delivery' }, token);
await call('/api/customers', { full_name: 'Jane Otieno', email: 'buyer@example.test', password: 'right-Pass-1' });
