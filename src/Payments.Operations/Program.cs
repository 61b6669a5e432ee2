Console.WriteLine("Payments.Operations");
