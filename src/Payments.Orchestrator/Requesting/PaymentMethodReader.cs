using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>The rules of <see cref="PaymentMethod"/>.</summary>
internal static class PaymentMethodReader
{
    private static readonly FieldPath CredentialsPath = FieldPath.Root.Member("paymentMethod").Member("credentials");

    public static PaymentMethod? Read(ObjectReader request, FieldErrors errors)
    {
        if (request.Object("paymentMethod", isRequired: true) is not { } reader)
            return null;

        return new PaymentMethod
        {
            Type = reader.Text("type", TextRule.Id, isRequired: true)!,
            Country = reader.Text("country", TextRule.Country, isRequired: false),
            Credentials = ReadCredentials(reader, errors),
        };
    }

    /// <summary>A token that is good for one use is no route for several orders.</summary>
    public static void RequireReusableToken(PaymentMethod method, int orders, FieldErrors errors)
    {
        if (orders > 1 && method.Credentials.Count > 0 && !method.Credentials.Any(c => c.Reusable))
            errors.Add(CredentialsPath, Rules.TokenSingleUse, "Several orders need a credential with a reusable token.");
    }

    private static List<Credential> ReadCredentials(ObjectReader method, FieldErrors errors)
    {
        if (method.Items("credentials") is not { } items)
            return [];
        if (items.Length == 0)
            errors.Add(CredentialsPath, Rules.CredentialCount, "Needs at least one credential.");

        var credentials = new List<Credential>(items.Length);
        var psps = new HashSet<string>();
        for (var i = 0; i < items.Length; i++)
        {
            if (ObjectReader.Object(items[i], CredentialsPath.Item(i), errors) is not { } reader)
                continue;

            var credential = ReadCredential(reader);
            credentials.Add(credential);
            if (credential.Psp is { } psp && !psps.Add(psp))
                errors.Add(reader.Path("psp"), Rules.CredentialDuplicate, "There is a credential of this PSP already.");
        }

        return credentials;
    }

    private static Credential ReadCredential(ObjectReader reader) => new()
    {
        Psp = reader.Text("psp", TextRule.PspName, isRequired: true)!,
        Token = reader.Text("token", TextRule.Token, isRequired: true)!,
        Reusable = reader.Flag("reusable") ?? false,
    };
}
