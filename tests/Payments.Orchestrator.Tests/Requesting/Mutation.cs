using System.Text.Json;
using System.Text.Json.Nodes;

namespace Payments.Orchestrator.Requesting;

/// <summary>Changes a request at random; the same seed makes the same changes.</summary>
internal static class Mutation
{
    private static readonly string[] CardNumbersInUse =
        [Requests.CardNumber, "5555 5555 5555 4444", "3782-822463-10005"];

    /// <summary>One to three changes: members and items removed, renamed, doubled, replaced and added.</summary>
    public static JsonObject Of(JsonObject request, Random random)
    {
        for (var mutations = random.Next(1, 4); mutations > 0; mutations--)
        {
            var owners = Containers(request).ToArray();
            var owner = owners[random.Next(owners.Length)];
            if (owner is JsonObject members)
                Mutate(members, random);
            else
                Mutate(owner.AsArray(), random);
        }

        return request;
    }

    private static void Mutate(JsonObject owner, Random random)
    {
        var names = owner.Select(m => m.Key).ToArray();
        var name = names.Length > 0 ? names[random.Next(names.Length)] : "a";
        var value = owner[name];
        switch (random.Next(7))
        {
            case 0:
                owner.Remove(name);
                break;
            case 1:
                owner.Remove(name);
                owner[random.Next(2) == 0 ? name.ToUpperInvariant() : $"{name}x"] = value;
                break;
            case 2:
                owner[name] = Anything(random);
                break;
            case 3:
                owner[Text(random)] = Anything(random);
                break;
            case 4:
                owner["copy"] = value?.DeepClone();
                break;
            case 5:
                owner[name.ToUpperInvariant()] = value?.DeepClone();
                break;
            case 6 when value is JsonValue && value.GetValueKind() == JsonValueKind.String && name != "token":
                var text = (string)value!;
                owner[name] = text.Insert(random.Next(text.Length + 1), Text(random));
                break;
        }
    }

    private static void Mutate(JsonArray owner, Random random)
    {
        var index = random.Next(owner.Count + 1);
        switch (random.Next(3))
        {
            case 0 when index < owner.Count:
                owner.RemoveAt(index);
                break;
            case 1 when index < owner.Count:
                owner.Add(owner[index]?.DeepClone());
                break;
            default:
                owner.Insert(index, Anything(random));
                break;
        }
    }

    private static JsonNode? Anything(Random random) => random.Next(10) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64(long.MinValue, long.MaxValue),
        3 => JsonNode.Parse($"{random.Next()}.{random.Next()}e{random.Next(-500, 500)}"),
        4 => JsonNode.Parse($"1e{random.Next(-500_000, 500_000)}"),
        5 => 4111111111111111,
        6 => new JsonArray(Text(random), Text(random)),
        7 => new JsonObject { [Text(random)] = Text(random) },
        _ => Text(random),
    };

    private static string Text(Random random) => random.Next(7) switch
    {
        0 => "",
        1 => "\0",
        2 => $"{(char)random.Next(0xD800, 0xE000)}",
        3 => new string('x', random.Next(600)),
        4 => $"{random.Next()}",
        _ => CardNumbersInUse[random.Next(CardNumbersInUse.Length)],
    };

    private static IEnumerable<JsonNode> Containers(JsonNode? node) => node switch
    {
        JsonObject owner => owner.Select(m => m.Value).SelectMany(Containers).Prepend(owner),
        JsonArray items => items.SelectMany(Containers).Prepend(items),
        _ => [],
    };
}
