"""Controls that several views are made of; they know neither the session nor each other's views."""
