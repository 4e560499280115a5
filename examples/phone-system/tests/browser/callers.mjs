// Who rings in the scenes. All numbers are Ofcom's for use in drama.

export const HALL = { from: "+447700900981", name: "Mrs Hall", class: "premium" };
export const OKORO = { from: "+447700900982", name: "Mr Okoro", class: "regular" };
export const HOSTILE = { from: "+447700900983", name: "<script>alert(1)</script>", class: "regular" };
