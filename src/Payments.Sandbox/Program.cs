Console.WriteLine("Payments.Sandbox");
