using Payments.Contracts;

namespace Payments.Orchestrator.Requesting;

/// <summary>The rules of <see cref="PaymentMethod"/>.</summary>
internal static class PaymentMethodReader
{
    private const int MostCredentials = 20;

    /// <summary>Shorter ones are words that may well stand in other text.</summary>
    private const int ShortestSecret = 8;

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
            errors.Add(CredentialsPath, Rules.TokenSingleUse, "Several orders need a token that is reusable.");
    }

    /// <summary>Tokens that must stand nowhere else.</summary>
    public static string[] SecretsOf(PaymentMethod? method) =>
    [
        .. (method?.Credentials ?? [])
            .Select(credential => credential.Token)
            .Where(token => token is { Length: >= ShortestSecret })
            .Distinct(),
    ];

    private static List<Credential> ReadCredentials(ObjectReader method, FieldErrors errors)
    {
        if (method.Items("credentials") is not { } items)
            return [];
        if (items.Length is 0 or > MostCredentials)
        {
            errors.Add(CredentialsPath, Rules.CredentialCount, $"Takes 1 to {MostCredentials} credentials.");
            return [];
        }

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
        CustomerReference = reader.Text("customerReference", TextRule.CustomerReference, isRequired: false),
        Reusable = reader.Flag("reusable") ?? false,
    };
}
