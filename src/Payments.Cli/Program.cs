Console.WriteLine("Payments.Cli");
