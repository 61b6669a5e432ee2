using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Payments.Testing;

namespace Payments.Contracts.Tests;

/// <summary>What others depend on: the JSON of every contract, with every property set.</summary>
public sealed class ContractSnapshotTests
{
    private static readonly JsonSerializerOptions Indented = new(ContractJson.Options) { WriteIndented = true };

    /// <summary>Records of the namespace are contracts, apart from values, which have tests of their own.</summary>
    private static IEnumerable<Type> Contracts => typeof(PaymentRequested).Assembly.GetExportedTypes()
        .Where(t => t is { IsClass: true, IsAbstract: false } && t.GetMethod("<Clone>$") is not null)
        .OrderBy(t => t.Name, StringComparer.Ordinal);

    [Fact]
    public void Json_OfEveryContract_IsAsApproved()
    {
        var text = new StringBuilder();
        foreach (var contract in Contracts)
        {
            text.Append("urn:message:").Append(contract.Namespace).Append(':').Append(contract.Name).Append('\n');
            text.Append(JsonSerializer.Serialize(Sample(contract, "", 0), contract, Indented)).Append("\n\n");
        }

        Approved.Verify(text.ToString());
    }

    [Fact]
    public void Json_OfEveryContract_ReadsBackAsTheSame()
    {
        foreach (var contract in Contracts)
        {
            var json = JsonSerializer.Serialize(Sample(contract, "", 0), contract, ContractJson.Options);
            var again = JsonSerializer.Serialize(JsonSerializer.Deserialize(json, contract, ContractJson.Options), contract, ContractJson.Options);
            again.ShouldBe(json, contract.Name);
        }
    }

    /// <summary>A value for every type that contracts are made of; text is the name of its property.</summary>
    private static object? Sample(Type type, string name, int depth)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return char.ToLowerInvariant(name[0]) + name[1..];
        if (type == typeof(Ulid))
            return Ulid.Parse("01JDA5V9R0ZB3T6M8Q2X4Y7W1K");
        if (type == typeof(Money))
            return new Money(1999, Currency.Usd);
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
        if (type == typeof(bool))
            return true;
        if (type == typeof(int) || type == typeof(long))
            return 7;
        if (type == typeof(double))
            return 0.5;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if (type == typeof(JsonElement))
            return JsonSerializer.SerializeToElement(name);
        if (type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string))
            return Dictionary(value, depth);
        if (type.IsGenericType && type.GetGenericArguments() is [var item])
            return List(item, name, depth);
        return depth > 6 ? null : Object(type, depth);
    }

    private static object Object(Type type, int depth)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).OrderByDescending(c => c.GetParameters().Length).First();
        var instance = constructor.Invoke([.. constructor.GetParameters().Select(p => Sample(p.ParameterType, p.Name!, depth + 1))]);
        foreach (var property in type.GetProperties().Where(p => p.CanWrite && p.SetMethod!.IsPublic))
            property.SetValue(instance, Sample(property.PropertyType, property.Name, depth + 1));
        return instance;
    }

    private static object List(Type item, string name, int depth)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        list.Add(Sample(item, name, depth));
        return list;
    }

    private static object Dictionary(Type value, int depth)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        dictionary.Add("name", Sample(value, "value", depth));
        return dictionary;
    }
}
